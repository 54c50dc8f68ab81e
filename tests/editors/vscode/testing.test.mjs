import assert from 'node:assert/strict';
import { chooseEntry } from './menu.mjs';
import { startModel } from './model.mjs';
import { scenario } from './scenario.mjs';
import { clean } from './text.mjs';
import { until } from './wait.mjs';
import { GREETING, Workspace } from './workspace.mjs';

const PROMPT = `---
name: greeting
inputs:
  name:
    kind: string
---
user:
Say hello to {{ name }}.
`;

const TESTS = `- description: greets Ada
  vars: {name: Ada}
  assert: [{type: equals, value: Hello Ada}]
- description: greets Bo
  vars: {name: Bo}
  assert: [{type: equals, value: Hello Bo}]
`;

/** Greets Ada, and others once it is asked to be kind. */
function answer({ messages }) {
  const { content } = messages.at(-1);
  const [, name] = content.match(/hello to (\w+)/);
  return [name === 'Ada' || content.includes('kind') ? `Hello ${name}` : 'Go away'];
}

/** `greets Ada: passed` of each row, with what stands beside its name. */
async function rows({ page }) {
  const seen = await page.locator('.test-explorer .monaco-list-row').evaluateAll((all) =>
    all
      .sort((one, other) => one.dataset.index - other.dataset.index)
      .map((row) => [
        row.querySelector('.label')?.textContent ?? row.textContent,
        row
          .querySelector('.computed-state')
          ?.className.match(/testing-(\w+)-icon|codicon-(loading)/)
          ?.slice(1)
          .find(Boolean),
      ]),
  );
  return seen.map(([label, state]) => `${clean(label)}: ${state}`);
}

const row = ({ page }, text) =>
  page.locator('.test-explorer .monaco-list-row', { hasText: text }).first();

function untilTests(code, ...expected) {
  return until(
    `the tests ${expected}`,
    () => rows(code),
    (seen) => expected.every((wanted, index) => wanted.test(seen[index + 1] ?? '')),
  );
}

scenario(
  'tests stand below their prompts, and run on the current version, on all, and after a save',
  async ({ open, startVsCode }) => {
    const model = await startModel(answer);
    try {
      const vscode = await startVsCode({
        environment: { ...model.environment, OPENAI_MODEL: 'scripted' },
      });
      const workspace = new Workspace(
        { [GREETING]: PROMPT, 'prompts/greeting.tests.yaml': TESTS },
        { sample: false },
      );
      const settings = { 'testing.automaticallyOpenPeekView': 'never' };
      workspace.write('.vscode/settings.json', JSON.stringify(settings));
      const { code } = await open({ vscode, workspace });
      await code.untilLenses((titles) => titles.includes('▶ Run'));
      await code.command('Testing: Focus on Test Explorer View');
      await row(code, 'greeting').click();
      await code.press('ArrowRight');
      await untilTests(code, /^greets Ada.*unset/, /^greets Bo.*unset/);

      await code.command('Test: Run All Tests');
      await untilTests(code, /^greets Ada.*v1 ✓.*passed/, /^greets Bo.*v1 ✗.*failed/);
      await row(code, 'greets Bo').click();
      await code.command('Test: Peek Output');
      await code.untilSides('Hello Bo', 'Go away');
      await code.press('Escape');

      // From now on each save is tested, on the version that it makes.
      await code.command('Test: Start Continuous Run');
      await code.tab('greeting.prompty').click();
      await code.type('Be kind.\n');
      await code.save();
      await untilTests(code, /^greets Ada.*v2 ✓.*passed/, /^greets Bo.*v2 ✓.*passed/);
      await code.command('Test: Stop Continuous Run');

      await row(code, 'greets Bo').click({ button: 'right' });
      await chooseEntry(code.page, 'Execute Using Profile');
      await code.pick.until((all) => all.length >= 3, 'the profiles');
      await code.pick.choose('All versions');
      await untilTests(code, /^greets Ada.*v2 ✓.*passed/, /^greets Bo.*v1 ✗ · v2 ✓.*passed/);
      const { runs } = workspace.ask('log', 'greeting');
      assert.equal(runs.length, 4, 'what was answered before is not asked again');
    } finally {
      model.stop();
    }
  },
);
