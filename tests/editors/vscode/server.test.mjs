import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { closeWindow } from './browser.mjs';
import { languageServers } from './processes.mjs';
import { pythonExtension } from './pythonExtension.mjs';
import { scenario } from './scenario.mjs';
import { SETTINGS } from './settings.mjs';
import { FOURFOLD } from './tools.mjs';
import { until } from './wait.mjs';
import { GREETING, GREETING_TEXT, Workspace } from './workspace.mjs';

const NOW = 'v1 of v1–v2 · current ▾';
const WITHOUT_PATH = { ...SETTINGS, 'fourfold.path': '' };

function writeProgram(file, ...lines) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 });
}

scenario('a server that is killed starts again, and nothing is lost', async ({ open }) => {
  const workspace = new Workspace();
  workspace.keep('greeting', GREETING_TEXT.replace('Ada', 'Bob'), GREETING_TEXT);
  const { code, server } = await open({ workspace });
  await code.untilLenses((titles) => titles[0] === 'v2 of v1–v2 · current ▾');
  await code.type('Not saved yet\n');
  await code.untilLenses((titles) => titles[0] === 'v2 + unsaved');

  const [killed] = languageServers(server.pid);
  process.kill(killed, 'SIGKILL');
  await until(
    'another server',
    () => languageServers(server.pid),
    ([one]) => one && one !== killed,
  );
  await code.untilLenses((titles) => titles[0] === 'v2 + unsaved');
  await code.save();
  await code.untilLenses((titles) => titles[0] === 'v3 of v1–v3 · current ▾');
  assert.match(workspace.read(GREETING), /Not saved yet\n$/);
});

scenario(
  'a window opened again has its lenses before its server, and what they call waits for it',
  async ({ open, startVsCode }) => {
    const workspace = new Workspace({ [GREETING]: GREETING_TEXT });
    const barrier = workspace.path('../barrier');
    const program = workspace.path('../fourfold');
    const wait = `while [ -e '${barrier}' ]; do sleep 0.1; done`;
    writeProgram(program, wait, `exec '${FOURFOLD}' "$@"`);
    const vscode = await startVsCode({ settings: { ...SETTINGS, 'fourfold.path': program } });
    const before = await open({ vscode, workspace });
    await before.code.untilLenses((titles) => titles[0] === 'v1 · current ▾');
    await before.code.untilStored('fourfold.fourfold', (text) => text.includes('v1 · current'));
    await closeWindow(before.code.page);
    workspace.keep('greeting', GREETING_TEXT.replace('Ada', 'Bob'), GREETING_TEXT);

    fs.writeFileSync(barrier, '');
    const again = await open({ vscode, workspace });
    await again.code.untilLenses((titles) => titles[0] === 'v1 · current ▾');
    await again.code.clickLens('v1 · current');
    fs.rmSync(barrier);
    await again.code.pick.until((rows) => rows.length === 2);
    await again.code.press('Escape');
    await again.code.untilLenses((titles) => titles[0] === NOW);
    await again.code.untilStored('fourfold.fourfold', (text) => text.includes(NOW));
    await closeWindow(again.code.page);

    fs.writeFileSync(barrier, '');
    const { code } = await open({ vscode, workspace });
    await code.untilLenses((titles) => titles[0] === NOW);
    await code.command('Fourfold: Switch Version');
    fs.rmSync(barrier);
    const rows = await code.pick.until((all) => all.length > 0);
    assert.equal(rows.length, 2, 'the versions of the prompt that has the focus, and no prompts');
  },
);

scenario(
  'the server is the one in the environment that the Python extension has selected',
  async ({ open, startVsCode }) => {
    const workspace = new Workspace({ [GREETING]: GREETING_TEXT });
    const selected = workspace.path('../selected/bin');
    writeProgram(workspace.path('.venv/bin/fourfold'), 'exit 1');
    writeProgram(path.join(selected, 'python'), 'exit 1');
    writeProgram(path.join(selected, 'fourfold'), `exec '${FOURFOLD}' "$@"`);
    const vscode = await startVsCode({ settings: WITHOUT_PATH });
    vscode.profile.install(pythonExtension(workspace.parent, path.join(selected, 'python')));
    const { code } = await open({ vscode, workspace });
    await code.untilLenses((titles) => titles[0] === 'v1 · current ▾');
    assert.equal(languageServers(vscode.server.pid).length, 1);
  },
);

scenario(
  'without a Python that is new enough, a message says so and leads on',
  async ({ open, startVsCode }) => {
    const vscode = await startVsCode({
      settings: { ...WITHOUT_PATH, 'fourfold.python': '/tmp/no-such-python' },
      environment: { PATH: '/nowhere' },
    });
    const { code } = await open({ vscode });
    await code.notification('Python 3.11 or newer').waitFor();
    assert.deepEqual(await code.buttons('Python 3.11 or newer'), [
      'Get Python',
      'Choose Python',
      'Try Again',
    ]);
  },
);

scenario(
  'an untrusted workspace gets the private server, and none of its own programs',
  async ({ open, startVsCode }) => {
    const workspace = new Workspace();
    const started = workspace.path('started');
    const own = workspace.path('.venv/bin/fourfold');
    for (const program of ['fourfold', 'python', 'python3']) {
      writeProgram(workspace.path(`.venv/bin/${program}`), `touch '${started}'`, 'exit 1');
    }
    workspace.write('.vscode/settings.json', JSON.stringify({ 'fourfold.path': own }));
    workspace.write(GREETING, GREETING_TEXT);
    const vscode = await startVsCode({ settings: WITHOUT_PATH, trust: true });
    const { code } = await open({ vscode, workspace });
    await code.untilStatus('Restricted Mode');
    await code.notification('Installing the server').waitFor();
    await code.untilLenses((titles) => titles[0] === 'v1 · current ▾', 90_000);
    assert.equal(fs.existsSync(started), false);
  },
);
