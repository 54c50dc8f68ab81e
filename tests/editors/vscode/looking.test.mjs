// Where one looks: the first line, the one place that says how a run goes, and what a click leads to.
import assert from 'node:assert/strict';
import path from 'node:path';
import { startModel } from './model.mjs';
import { pageWith, untilResponse } from './pages.mjs';
import { scenario } from './scenario.mjs';
import { HERE } from './tools.mjs';
import { until, untilEqual } from './wait.mjs';
import { GREETING, GREETING_TEXT, Workspace } from './workspace.mjs';

const NAMES = ['Ada', 'Bob', 'Cleo', 'Dora'];
const PANE_PX = 700;
const ACTIVITY_BAR_PX = 48;

/** Four versions, with answers that were recorded as tests. */
function tested(...names) {
  const workspace = new Workspace({}, { sample: false });
  workspace.keep('greeting', ...NAMES.map((name) => GREETING_TEXT.replace('Ada', name)));
  test(workspace, ...names);
  return workspace;
}

/** Grades recorded answers of these names: asks no model. */
function test(workspace, ...names) {
  const tests = names.map((name) => ({
    description: `greets ${name}`,
    providerOutput: `Hello ${name}`,
    assert: [{ type: 'contains', value: 'Hello' }],
  }));
  workspace.write('prompts/greeting.tests.yaml', JSON.stringify(tests));
  workspace.ask('test', 'greeting');
}

/** The lenses of which the last letter is seen, and not something else in its place. */
function whollySeen({ page }) {
  return page.locator('.codelens-decoration a').evaluateAll((all) =>
    all
      .filter((lens) => {
        const { right, top, bottom } = lens.getBoundingClientRect();
        const there = document.elementFromPoint(right - 3, (top + bottom) / 2);
        return lens.contains(there) || there?.contains(lens);
      })
      .map((lens) => lens.textContent.replace(/\u00a0/g, ' ')),
  );
}

scenario(
  'figures come first in a pane of 700 px, and one place says how a run goes on',
  async ({ open, startVsCode }) => {
    const gates = [];
    async function* text() {
      yield 'Hello ';
      await new Promise((go) => gates.push(go));
      yield 'Dora';
    }
    const model = await startModel(text, { tokens: 340 });
    try {
      const environment = { ...model.environment, OPENAI_MODEL: 'scripted' };
      const vscode = await startVsCode({ environment });
      const workspace = tested('Ada', 'Bob');
      workspace.write('.vscode/settings.json', JSON.stringify({ 'editor.minimap.enabled': true }));
      const { code } = await open({ vscode, workspace });
      await code.untilLenses((titles) => titles.includes('▶ Run'));
      await code.command('Fourfold: Focus on Workflow View');
      await code.tree.expand('Greeting');
      await code.tree.row('current').waitFor();
      await code.tab('greeting.prompty').click();
      await code.clickLens('▶ Run');
      const page = await pageWith(code, '.run .state');
      await page.getByText('Streaming…').waitFor();
      await code.untilLenses((titles) => titles.includes('◼ Cancel'));
      const others = async () => [
        ...(await code.lenses()),
        ...(await code.statusBar()),
        ...(await code.tree.all.allInnerTexts()),
        ...(await code.page.locator('.notification-list-item').allInnerTexts()),
      ];
      const saying = async () =>
        (await others()).filter((said) => /running|waiting|1 run/.test(said));
      assert.deepEqual(await saying(), []);
      await code.tree.row('current').locator('.codicon-loading').waitFor();

      // Where its page is out of sight, a notification says it, until the page is there again.
      await code.tab('(response)').click({ button: 'middle' });
      await code.notification('greeting v4').waitFor();
      assert.equal((await saying()).length, 1);
      await code.tree.expand('current');
      await code.tree.open('scripted');
      await code.notification('greeting v4').waitFor({ state: 'detached' });

      gates[0]();
      await untilResponse(code, (said) => said === 'Hello Dora');
      await code.tab('(response)').click({ button: 'middle' });
      await code.command('View: Close Primary Side Bar');
      await code.page.setViewportSize({ width: PANE_PX + ACTIVITY_BAR_PX, height: 800 });
      const wanted = [
        /^v4 100 % \(\d+–100\) · /,
        /^\d+\.\d+ s · 340 tokens$/,
        /^v4 of v1–v4 · current ▾$/,
        /^▶ Run$/,
      ];
      await until(
        'figures, version and Run in sight, in this order',
        () => whollySeen(code),
        (seen) => wanted.every((pattern, at) => pattern.test(seen[at] ?? '')),
      );
      if (process.env.FOURFOLD_SHOTS) {
        await code.page.screenshot({ path: path.join(HERE, 'shots', 'looking-700.png') });
      }
    } finally {
      for (const go of gates) go();
      model.stop();
    }
  },
);

scenario('a report opens on the board, also where it is not the last one', async ({ open }) => {
  const workspace = tested('Ada', 'Bob');
  const file = 'prompts/greeting.tests.yaml';
  const tests = workspace.read(file);
  test(workspace, 'Eve');
  workspace.write(file, tests);
  const { code } = await open({ workspace });
  const shows = async (amount) => {
    const frame = await pageWith(code, '.lines');
    const rows = () => frame.locator('.lines [role=rowheader]').allTextContents();
    await untilEqual(
      'the tests',
      rows,
      amount === 2 ? ['greets Ada', 'greets Bob'] : ['greets Eve'],
    );
  };
  await code.clickLens('v4 100 %');
  await shows(2);
  await code.tab('greeting.prompty').click();
  await code.tab('(board)').click();
  await shows(2);
  await code.tab('greeting.prompty').click();
  await code.command('Fourfold: Open Board');
  await shows(1);
});

for (const groups of [1, 2]) {
  scenario(
    `the list of versions lies over no preview, groups of editors: ${groups}`,
    async ({ open }) => {
      const { code } = await open({ workspace: tested('Ada') });
      await code.untilLenses((titles) => titles.includes('▶ Run'));
      if (groups === 2) await code.command('View: Split Editor into Right Group');
      await code.group(groups - 1).waitFor();
      await code.command('Fourfold: Switch Version');
      await code.pick.until((rows) => rows.length === 4);
      await code.press('ArrowDown');
      await code.untilSides('Bob', 'Cleo');
      const list = await code.pick.box.boundingBox();
      const preview = await code.side('original').boundingBox();
      assert.ok(preview.y > list.y + list.height, 'the preview lies below the list');
      await code.press('Escape');
      await code.group(groups).waitFor({ state: 'detached' });
      assert.equal(await code.group(groups - 1).count(), 1);
    },
  );
}

scenario(
  'running all prompts says first how many they are and what that costs',
  async ({ open, startVsCode }) => {
    const model = await startModel('Hello');
    try {
      const vscode = await startVsCode({
        environment: { ...model.environment, OPENAI_MODEL: 'scripted' },
      });
      const workspace = new Workspace(
        { [GREETING]: GREETING_TEXT, 'prompts/other.prompty': GREETING_TEXT },
        { sample: false },
      );
      const { code } = await open({ vscode, workspace });
      await code.untilLenses((titles) => titles.includes('▶ Run'));
      await code.command('Fourfold: Focus on Workflow View');
      await code.tree.viewAction('Run All Prompts…');
      await code.answer('2 prompts would be run at a price that is not known', 'Cancel');
      await code.tree.viewAction('Run All Prompts…');
      await code.answer('2 prompts would be run', 'Run 2 prompts');
      await code.notification('2 steps done').waitFor();
      await code.tree.viewAction('Run All Prompts…');
      await code.notification('2 of 2 answers still hold, nothing asked').waitFor();
      assert.equal(workspace.ask('log').runs.length, 2);
    } finally {
      model.stop();
    }
  },
);

scenario(
  'a model that runs on this machine can be chosen, and two answers to one version compared',
  async ({ open, startVsCode }) => {
    const answers = ['First', 'Second'];
    const model = await startModel(() => [answers.shift()], { models: ['llama3.2:latest'] });
    try {
      const vscode = await startVsCode({ environment: { OLLAMA_HOST: model.host } });
      const workspace = new Workspace({ [GREETING]: GREETING_TEXT }, { sample: false });
      const { code } = await open({ vscode, workspace });
      await code.untilLenses((titles) => titles.includes('▶ Run'));
      const local = 'local/ollama/llama3.2:latest';
      await code.command('Fourfold: Choose Model');
      await code.pick.until((rows) => rows.some(({ label }) => label === local));
      await code.pick.choose(local);
      await code.untilStatus(local);
      for (const said of [...answers]) {
        await code.clickLens('▶ Run');
        await untilResponse(code, (text) => text === said);
        await code.tab('greeting.prompty').click();
      }
      await code.command('Fourfold: Switch Version');
      await code.pick.button('v1', 'Compare two runs of this version');
      await code.pick.until((rows) => rows.filter(({ checked }) => checked).length === 2);
      await code.press('Enter');
      await code.untilSides('First', 'Second');
    } finally {
      model.stop();
    }
  },
);
