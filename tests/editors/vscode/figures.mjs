// Prints the extension's figures: size, activation, first lens, memory.   node figures.mjs
//
// The server is the one that the extension brings, which the first window installs and which does not count.
// A workspace that has been open before has its last lenses at once; a new one has to wait for the server.
// Beside them stands an extension that has nothing but one lens: what VS Code itself needs on this machine.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { closeWindow, launchBrowser, newUser, openWindow } from './browser.mjs';
import { Profile, startServer } from './server.mjs';
import { SETTINGS } from './settings.mjs';
import { NODE, ROOT, VSIX } from './tools.mjs';
import { until } from './wait.mjs';
import { Workbench } from './workbench.mjs';
import { GREETING, GREETING_TEXT, Workspace } from './workspace.mjs';

const TIMES = 5;
const EXTENSION = 'fourfold.fourfold';
const BARE = 'bare.bare';
const VSCE = path.join(ROOT, 'vscode-extension/node_modules/@vscode/vsce/vsce');

const browser = await launchBrowser();
try {
  const bare = await measureAll(bareProfile(), BARE, anew);
  const workspace = anew();
  const figures = await measureAll(ownProfile(), EXTENSION, () => workspace);
  const newly = await measureAll(ownProfile(), EXTENSION, anew);
  const of = (name, runs = figures) => median(runs.map((run) => run[name]));
  const memory = of('memory') - of('memory', bare);
  console.log(`VSIX                        ${(fs.statSync(VSIX).size / 1e6).toFixed(2)} MB`);
  console.log(`activation                  ${of('activation')} ms`);
  console.log(`activation → first lens     ${of('lens')} ms`);
  console.log(`  in a new workspace        ${of('lens', newly)} ms`);
  console.log(`  of a bare extension       ${of('lens', bare)} ms`);
  console.log(`memory of the extension     ${(memory / 1024).toFixed(1)} MB`);
  const all = (runs) => runs.map(({ lens }) => lens).join(', ');
  console.log(`(medians of ${TIMES}; lens: ${all(figures)} ms; new: ${all(newly)} ms)`);
} finally {
  await browser.close();
}

function anew() {
  return new Workspace({ [GREETING]: GREETING_TEXT });
}

function ownProfile() {
  const profile = new Profile({ ...SETTINGS, 'fourfold.path': '' });
  profile.install(VSIX);
  return profile;
}

/** The figures of an extension in several windows: times in ms, memory of its extension host in kB. */
async function measureAll(profile, extension, workspaceOf) {
  const figures = [];
  const seen = new Set();
  const used = new Set();
  const server = await startServer(profile);
  try {
    const user = await newUser(browser);
    for (let time = 0; time <= TIMES; time++) {
      const workspace = workspaceOf();
      used.add(workspace);
      const file = workspace.path(GREETING);
      const page = await openWindow(user, server, { folder: workspace.folder, file });
      const drawn = await page.evaluate(lensDrawn);
      const log = await until('the log of the extension host', () => newLog(profile, seen));
      const lens = drawn - activatedAt(log, extension);
      const activation = await activationOf(new Workbench(page), extension);
      figures.push({ lens, activation, memory: await settledMemory(log) });
      await closeWindow(page);
    }
  } finally {
    await server.stop();
    profile.remove();
    for (const workspace of used) workspace.remove();
  }
  return figures.slice(1); // the first window also compiles what the others take from the cache
}

/** The log of an extension host that is not among those `seen`, which it then joins. */
function newLog(profile, seen) {
  const logs = path.join(profile.data, 'data/logs');
  const files = fs.globSync('*/exthost*/remoteexthost.log', { cwd: logs });
  const file = files.find((name) => !seen.has(name));
  if (!file) return undefined;
  seen.add(file);
  return path.join(logs, file);
}

/** A profile with an extension that has one lens and no server. */
function bareProfile() {
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
  write('main.js', `(${bareExtension})()`);
  const options = ['--no-dependencies', '--allow-missing-repository', '--skip-license'];
  execFileSync(NODE, [VSCE, 'package', ...options, '-o', 'bare.vsix'], { cwd: folder });
  profile.install(path.join(folder, 'bare.vsix'));
  return profile;
}

/** Runs in the extension host. */
function bareExtension() {
  const { CodeLens, languages, Range } = require('vscode');
  const lens = new CodeLens(new Range(0, 0, 0, 0), { title: 'Lens', command: 'bare.none' });
  exports.activate = () =>
    languages.registerCodeLensProvider('prompty', { provideCodeLenses: () => [lens] });
}

/** Runs in the window: when a lens is drawn first, in ms since 1970. Looking at intervals is too slow. */
function lensDrawn() {
  return new Promise((resolve) => {
    const look = () => {
      const [lens] = document.querySelectorAll('.codelens-decoration');
      if (lens?.textContent.trim()) resolve(Date.now());
    };
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
  });
}

/** When the extension began to activate, in ms since 1970. */
function activatedAt(log, extension) {
  const line = fs
    .readFileSync(log, 'utf8')
    .split('\n')
    .find((it) => it.includes(`_doActivateExtension ${extension}`));
  return Date.parse(line.split(' ')[0]);
}

async function activationOf(code, extension) {
  await code.command('Developer: Show Running Extensions');
  const row = code.page.locator('.runtime-extensions-editor .monaco-list-row', {
    hasText: new RegExp(extension.split('.')[1], 'i'),
  });
  const text = await until(
    'the activation time',
    async () => (await row.count()) && (await row.first().textContent()),
    (it) => /\d+ms/.test(it),
  );
  return Number(text.match(/(\d+)ms/)[1]);
}

/** Proportional memory of the extension host in kB, once two readings agree. */
async function settledMemory(log) {
  const pid = fs.readFileSync(log, 'utf8').match(/Extension host with pid (\d+) started/)[1];
  const read = () =>
    Number(fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').match(/Pss:\s+(\d+)/)[1]);
  let before = 0;
  let same = 0;
  return until('memory that stays the same', () => {
    const now = read();
    same = Math.abs(now - before) < 256 ? same + 1 : 0;
    before = now;
    return same >= 20 ? now : 0;
  });
}

function median(values) {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}
