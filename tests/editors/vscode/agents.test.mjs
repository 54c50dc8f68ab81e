// What VS Code's own agents and language models have to do with Fourfold.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { modelsExtension } from './modelsExtension.mjs';
import { untilResponse } from './pages.mjs';
import { scenario } from './scenario.mjs';
import { SETTINGS } from './settings.mjs';
import { FOURFOLD } from './tools.mjs';
import { until } from './wait.mjs';
import { GREETING, GREETING_TEXT, Workspace } from './workspace.mjs';

const PROMPT = `---
name: greeting
model:
  options:
    temperature: 0.25
---
system:
Be brief.
user:
Say hello to Ada.
`;

scenario(
  'a model that another extension brings is asked without a key, after one yes',
  async ({ open, startVsCode }) => {
    const workspace = new Workspace({ [GREETING]: PROMPT });
    const vscode = await startVsCode();
    vscode.profile.install(modelsExtension(workspace.parent));
    const { code } = await open({ vscode, workspace });
    await code.untilLenses((titles) => titles[0] === 'v1 · current ▾');

    await code.command('Fourfold: Choose Model');
    const rows = await code.pick.until((found) =>
      found.some(({ label }) => label === 'editor/somebody/echo'),
    );
    const { description } = rows.find(({ label }) => label === 'editor/somebody/echo');
    assert.equal(description, 'Echo, through VS Code');
    await code.pick.choose('editor/somebody/echo');
    await code.untilStatus('editor/somebody/echo');

    await code.clickLens('▶ Run');
    await code.answer("extension 'Fourfold' wants to access", 'Cancel');
    await code.notification("The editor's model gave no answer").waitFor();

    await code.tab('greeting.prompty').click();
    await code.clickLens('▶ Run');
    await code.answer("extension 'Fourfold' wants to access", 'Allow');
    const said = 'user: Be brief. user: Say hello to Ada. {"temperature":0.25}';
    await untilResponse(code, (text) => text.replace(/\s+/g, ' ') === said);

    await code.tab('greeting.prompty').click();
    await code.type('Be kind.\n');
    await code.save();
    await code.untilLenses((titles) => titles[0] === 'v2 of v1–v2 · current ▾');
    await code.clickLens('▶ Run');
    const more = said.replace('Ada.', 'Ada. Be kind.');
    await untilResponse(code, (text) => text.replace(/\s+/g, ' ') === more);
    await code.tab('greeting.prompty').click();
    const [run] = workspace.ask('log', 'greeting').runs;
    assert.deepEqual(
      [run.model, run.status, run.version, run.costUsd],
      ['editor/somebody/echo', 'succeeded', 2, null],
    );
  },
);

scenario(
  'agents have a server for the folder, and nobody has configured it',
  async ({ open, startVsCode }) => {
    const workspace = new Workspace({ [GREETING]: GREETING_TEXT });
    const [program, started] = [workspace.path('../fourfold'), workspace.path('../started')];
    const lines = ['#!/bin/sh', `echo "$@" >> '${started}'`, `exec '${FOURFOLD}' "$@"`, ''];
    fs.writeFileSync(program, lines.join('\n'), { mode: 0o755 });
    const vscode = await startVsCode({
      settings: { ...SETTINGS, 'fourfold.path': program, 'chat.disableAIFeatures': false },
    });
    const { code } = await open({ vscode, workspace });
    await code.untilLenses((titles) => titles[0] === 'v1 · current ▾');

    await code.command('MCP: List Servers');
    await code.pick.until((rows) =>
      rows.some(({ label, description }) => label === 'Fourfold' && description === 'Stopped'),
    );
    await code.pick.choose('Fourfold');
    await code.pick.until((rows) => rows.some(({ label }) => label === 'Start Server'));
    await code.pick.choose('Start Server');
    await until(
      'the program that serves agents',
      () => fs.readFileSync(started, 'utf8'),
      (text) => text.includes(`mcp --folder ${workspace.folder}\n`),
    );
    const output = code.page.locator('.panel .monaco-editor[role=code]');
    await code.untilText((text) => text.includes('Discovered 6 tools'), 'its output', output);
  },
);
