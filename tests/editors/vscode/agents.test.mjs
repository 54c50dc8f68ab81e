// What VS Code's own agents have to do with Fourfold.
import fs from 'node:fs';
import { scenario } from './scenario.mjs';
import { SETTINGS } from './settings.mjs';
import { FOURFOLD } from './tools.mjs';
import { until } from './wait.mjs';
import { GREETING, GREETING_TEXT, Workspace } from './workspace.mjs';

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
