// An extension that has nothing but one lens, which counts its clicks: what VS Code itself needs on this machine.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Profile } from '../vscode/server.mjs';
import { SETTINGS } from '../vscode/settings.mjs';
import { NODE, ROOT } from '../vscode/tools.mjs';
import { LENSES, timed } from './clock.mjs';

export const BARE = 'bare.bare';

const VSCE = path.join(ROOT, 'vscode-extension/node_modules/@vscode/vsce/vsce');

/** A profile with that extension alone. */
export function bareProfile() {
  const profile = new Profile(SETTINGS);
  const folder = path.join(profile.folder, 'bare');
  const [publisher, name] = BARE.split('.');
  fs.mkdirSync(folder);
  const write = (file, text) => fs.writeFileSync(path.join(folder, file), text);
  write(
    'package.json',
    JSON.stringify({
      ...{ publisher, name, version: '1.0.0', engines: { vscode: '^1.91.0' }, main: 'main.js' },
      activationEvents: ['onLanguage:prompty'],
      contributes: { languages: [{ id: 'prompty', extensions: ['.prompty'] }] },
      files: ['main.js'],
    }),
  );
  write('README.md', '# Bare');
  write('main.js', `(${extension})()`);
  const options = ['--no-dependencies', '--allow-missing-repository', '--skip-license'];
  execFileSync(NODE, [VSCE, 'package', ...options, '-o', 'bare.vsix'], { cwd: folder });
  profile.install(path.join(folder, 'bare.vsix'));
  return profile;
}

/** How long its lens takes, in ms, to say something else once it is clicked: VS Code asks, and draws, when it likes. */
export async function otherLens(code) {
  await code.focusText();
  await code.lens('clicks').waitFor();
  const [title] = await code.lenses();
  const next = new RegExp(`^${Number.parseInt(title, 10) + 1} clicks`);
  const { began, seen } = await timed(code.page, LENSES, next, () => code.lens('clicks').click());
  return seen - began;
}

/** Runs in the extension host. */
function extension() {
  const { CodeLens, EventEmitter, Range, commands, languages } = require('vscode');
  const changed = new EventEmitter();
  let clicks = 0;
  const lens = () =>
    new CodeLens(new Range(0, 0, 0, 0), { title: `${clicks} clicks`, command: 'bare.click' });
  exports.activate = () => {
    commands.registerCommand('bare.click', () => {
      clicks += 1;
      changed.fire();
    });
    languages.registerCodeLensProvider('prompty', {
      onDidChangeCodeLenses: changed.event,
      provideCodeLenses: () => [lens()],
    });
  };
}
