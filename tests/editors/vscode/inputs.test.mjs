import assert from 'node:assert/strict';
import { violations } from '../board/axe.mjs';
import { startModel } from './model.mjs';
import { board, pageWith, untilResponse } from './pages.mjs';
import { scenario } from './scenario.mjs';
import { until } from './wait.mjs';
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
  'inputs without a value are asked for in one form, which has what was given last, by keys alone',
  async ({ open, startVsCode }) => {
    const model = await startModel(echo);
    try {
      const vscode = await startVsCode({ environment: model.environment });
      const tests = [
        {
          description: 'the north',
          vars: { city: 'Oslo', count: 7 },
          assert: [{ type: 'contains', value: 'Oslo' }],
        },
      ];
      const workspace = new Workspace({
        [GREETING]: PROMPT,
        'prompts/greeting.tests.yaml': JSON.stringify(tests),
      });
      const { code } = await open({ vscode, workspace });
      await code.untilStatus('v1 · 1 version');
      const form = async () => {
        await code.focusText();
        await code.press('Control+Alt+p', 'r');
        const page = await pageWith(code, 'form.ask');
        await until('the focus in the form', () =>
          page.evaluate(() => document.hasFocus() && document.activeElement.id !== ''),
        );
        return page;
      };
      const fields = (page) =>
        page
          .locator('form.ask :is(textarea, input)')
          .evaluateAll((all) => all.map((one) => one.value));

      let page = await form();
      await page.getByText('Where the reader lives.').waitFor();
      assert.deepEqual(await violations(page), []);
      await code.keys.type('Lisbon');
      await code.press('Tab');
      await code.keys.type('three');
      await code.press('Control+Enter');
      await page.getByText('This is no whole number.').waitFor();
      await code.press('Control+a');
      await code.keys.type('3');
      await code.press('Control+Enter');
      await untilResponse(code, (text) => text === 'Greet 3 readers in Lisbon.');

      page = await form();
      assert.deepEqual(await fields(page), ['Lisbon', '3']);
      await page.getByRole('combobox').selectOption('the north');
      assert.deepEqual(await fields(page), ['Oslo', '7']);
      await page.locator('textarea').focus();
      await code.press('Control+Enter');
      await untilResponse(code, (text) => text === 'Greet 7 readers in Oslo.');

      await form();
      await code.press('Escape');
      await untilResponse(code, (text) => text === 'Greet 7 readers in Oslo.');
      assert.equal(workspace.ask('log', 'greeting').runs.length, 2);

      // The board has the fields already.
      await code.command('Fourfold: Open Board');
      page = await board(code);
      await page.getByRole('button', { name: 'Run', exact: true }).first().click();
      await page.locator('.told', { hasText: 'city' }).waitFor();
      await until(
        'what is missing',
        () =>
          page
            .locator('.field', { hasText: 'A value is needed.' })
            .locator('label')
            .allInnerTexts(),
        (all) => all.map((label) => label.split(/\s/)[0]).join(' ') === 'city count',
      );
      await page.getByRole('textbox', { name: 'city' }).fill('Rome');
      await page.getByRole('textbox', { name: 'count' }).fill('2');
      await page.getByRole('button', { name: /^Run .*these/ }).click();
      await page.locator('.cell', { hasText: 'Greet 2 readers in Rome.' }).waitFor();
      await page.locator('.told').waitFor({ state: 'detached' });
    } finally {
      model.stop();
    }
  },
);
