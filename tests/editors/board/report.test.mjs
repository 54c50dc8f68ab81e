import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { startModel } from '../vscode/model.mjs';
import { DATA, FOURFOLD } from '../vscode/tools.mjs';
import { Workspace } from '../vscode/workspace.mjs';
import { violations } from './axe.mjs';
import { scenario } from './scenario.mjs';

const run = promisify(execFile);

const prompt = (rule) => `---
name: triage
inputs:
  ticket: {kind: string}
---
user:
${rule} Ticket: {{ticket}}
`;

const TICKETS = ['I cannot log in', 'Where is my invoice', 'The page is down', 'How do I pay'];
const TESTS = TICKETS.map((ticket) => ({
  description: ticket,
  vars: { ticket },
  assert: [{ type: 'contains', value: 'Outage', metric: 'category' }],
}));

scenario(
  'what fourfold test has found is on the page that fourfold report writes',
  async ({ open, problems }) => {
    const workspace = new Workspace({}, { sample: false });
    const model = await startModel(({ messages: [{ content }] }) => [
      content.includes('Be exact') ? '**Outage**: it is urgent.' : '**Question**: it can wait.',
    ]);
    const fourfold = (...words) =>
      run(FOURFOLD, [...words, '--folder', workspace.folder], {
        env: {
          ...process.env,
          XDG_DATA_HOME: DATA,
          ...model.environment,
          OPENAI_MODEL: 'scripted',
        },
      });
    try {
      workspace.keep('triage', prompt('Sort it.'), prompt('Be exact.'));
      workspace.write('prompts/triage.tests.json', JSON.stringify(TESTS));
      await fourfold('test', 'triage', '--repeat', '3');
      await fourfold('report', 'triage', '--html', workspace.path('board.html'));
      const page = await open(pathToFileURL(workspace.path('board.html')).href);
      const { sentence } = workspace.ask('report', 'triage').reports[0];
      assert.equal(await page.locator('.sentence').textContent(), sentence);
      assert.match(
        await page.locator('.intervals').getAttribute('aria-label'),
        /v1: 0 %, between 0 and \d+ %, 12 answers; v2: 100 %/,
      );
      await page.getByRole('button', { name: '4 tests' }).click();
      await page.getByRole('gridcell').first().waitFor();
      assert.deepEqual(await page.locator('.outcome').allInnerTexts(), [
        ...TICKETS.flatMap(() => ['✗\nfailed\n 0/3', '✓\npassed\n 3/3']),
      ]);
      await page.locator('[data-row="1"] [data-arm="1"]').click();
      const pair = page.getByRole('dialog', { name: TICKETS[1] });
      await pair.waitFor();
      assert.deepEqual(await pair.locator('.cell ins').allTextContents(), ['Outage', 'is urgent']);
      assert.match(await pair.locator('.reasons').first().textContent(), /contains: Outage/);
      assert.deepEqual(await violations(page), []);
      assert.deepEqual(problems, []);
    } finally {
      model.stop();
      workspace.remove();
    }
  },
);
