import { startModel } from './model.mjs';
import { scenario } from './scenario.mjs';
import { GREETING, Workspace } from './workspace.mjs';

const PROMPT = `---
name: greeting
inputs:
  city:
    kind: string
    description: Where the reader lives.
  count:
    kind: integer
---
user:
Greet {{ count }} readers in {{ city }}.
`;

/** Answers a request with what it was asked. */
function echo({ messages }) {
  return [messages.at(-1).content.trim()];
}

scenario(
  'inputs without a value are asked for, and what was given last is proposed',
  async ({ open, startVsCode }) => {
    const model = await startModel(echo);
    try {
      const vscode = await startVsCode({ environment: model.environment });
      const workspace = new Workspace({ [GREETING]: PROMPT });
      const { code } = await open({ vscode, workspace });
      await code.untilLenses((titles) => titles.includes('▶ Run'));
      const response = code.group(1).locator('.monaco-editor[role=code]');
      const run = async (city, count) => {
        await code.clickLens('▶ Run');
        await code.pick.give('Where the reader lives.', ...city);
        await code.pick.give('no value for count', ...count);
      };
      await run(['', 'Lisbon'], ['', '3']);
      await code.untilText((text) => text === 'Greet 3 readers in Lisbon.', 'it', response);
      await run(['Lisbon', 'Porto'], ['3', '4']);
      await code.untilText((text) => text === 'Greet 4 readers in Porto.', 'it', response);

      await code.clickLens('▶ Run');
      await code.pick.box.locator('input:visible').waitFor();
      await code.press('Escape');
      await code.untilStatus('v1 · 1 version');
    } finally {
      model.stop();
    }
  },
);
