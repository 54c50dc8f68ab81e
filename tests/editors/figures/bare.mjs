// An extension that has nothing but one lens, which counts its clicks: what VS Code itself needs on this machine.
import { packed } from '../vscode/packed.mjs';
import { Profile } from '../vscode/server.mjs';
import { SETTINGS } from '../vscode/settings.mjs';
import { LENSES, timed } from './clock.mjs';

export const BARE = 'bare.bare';

const [publisher, name] = BARE.split('.');
const MANIFEST = {
  ...{ publisher, name, version: '1.0.0', engines: { vscode: '^1.91.0' } },
  activationEvents: ['onLanguage:prompty'],
  contributes: { languages: [{ id: 'prompty', extensions: ['.prompty'] }] },
};

/** A profile with that extension alone. */
export function bareProfile() {
  const profile = new Profile(SETTINGS);
  profile.install(packed(profile.folder, MANIFEST, `(${extension})()`));
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
