import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { violations } from '../board/axe.mjs';
import { HOSTILE } from '../board/boards.mjs';
import { startModel } from './model.mjs';
import { board } from './pages.mjs';
import { scenario } from './scenario.mjs';
import { HERE } from './tools.mjs';
import { until } from './wait.mjs';
import { GREETING, GREETING_TEXT, Workspace } from './workspace.mjs';

const NAMES = ['Ada', 'Bob'];

/** Versions without answers, and a model that answers as `text` says, for one VS Code. */
async function withModel(startVsCode, text, use) {
  const model = await startModel(text);
  try {
    const vscode = await startVsCode({
      environment: { ...model.environment, OPENAI_MODEL: 'scripted' },
    });
    await use(vscode);
  } finally {
    model.stop();
  }
}

function greetings(settings = {}) {
  const workspace = new Workspace({ '.vscode/settings.json': JSON.stringify(settings) });
  workspace.keep('greeting', ...NAMES.map((name) => GREETING_TEXT.replace('Ada', name)));
  return workspace;
}

const asked = (request) => request.messages.at(-1).content.match(/to (\w+)/)[1];
const marks = (frame) =>
  until(
    'marked words',
    () => frame.locator('.cell ins, .cell del').allTextContents(),
    (all) => all.length > 0,
  );

scenario(
  'the board opens from the first line, runs all, and keeps what was chosen',
  async ({ open, startVsCode }) => {
    let go;
    const gate = new Promise((resolve) => {
      go = resolve;
    });
    async function* text(request) {
      yield '## Greeting\n\nHello ';
      await gate;
      yield `**${asked(request)}**!`;
    }
    await withModel(startVsCode, text, async (vscode) => {
      const { code, workspace } = await open({ vscode, workspace: greetings() });
      await code.clickLens('▦ Open board');
      let frame = await board(code);
      await frame.getByText('Not run yet').first().waitFor();
      await frame.getByRole('button', { name: 'Run all' }).click();
      await until(
        'both stream',
        () => frame.locator('.state').allTextContents(),
        (all) => all.filter((one) => one === 'Streaming…').length === 2,
      );
      go();
      assert.deepEqual(await marks(frame), ['Ada', 'Bob']);

      // The base is kept while the board is hidden, and the board over a reload of the window.
      await frame.locator('.head').first().focus();
      await code.press('2');
      await frame.locator('.head.base', { hasText: 'v2' }).waitFor();
      await code.tab('greeting.prompty').click();
      await code.page.locator('iframe.webview').waitFor({ state: 'detached' });
      await code.tab('(board)').click();
      frame = await board(code);
      await frame.locator('.head.base', { hasText: 'v2' }).waitFor();
      // VS Code writes which editors are open every few seconds; what it begins to write as its window goes may be lost.
      const isStored = (text) => /\(board\).*base\W+v2\b/s.test(text);
      await code.untilStored('memento/workbench.parts.editor', isStored);
      const window = new URL(code.page.url());
      window.searchParams.delete('payload'); // which would open that file alone
      await code.page.goto(window.href);
      await code.tab('(board)').click();
      frame = await board(code);
      await frame.locator('.head.base', { hasText: 'v2' }).waitFor();

      await frame.getByRole('button', { name: 'Make current' }).click();
      await workspace.untilFile(GREETING, (now) => now.includes('Ada'));
      await frame.locator('.head', { hasText: '● current' }).filter({ hasText: 'v1' }).waitFor();
      const [version] = workspace.ask('list', 'greeting').versions.filter(({ current }) => current);
      assert.equal(version.number, 1);

      // The command leads back to the one that is open.
      await code.tab('greeting.prompty').click();
      await code.command('Fourfold: Open Board');
      await board(code);
      assert.equal((await code.tabs()).filter((name) => name.endsWith('(board)')).length, 1);
    });
  },
);

scenario('a hostile answer does nothing in the board', async ({ open, startVsCode }) => {
  await withModel(startVsCode, HOSTILE, async (vscode) => {
    const workspace = greetings();
    const { code } = await open({ vscode, workspace });
    const foreign = [];
    code.page.context().on('request', (request) => {
      if (request.url().includes('.example')) foreign.push(request.url());
    });
    await code.clickLens('▦ Open board');
    const frame = await board(code);
    await frame.getByRole('button', { name: 'Run all' }).click();
    await frame.locator('.cell pre').first().waitFor();
    await frame.getByText('click').first().click();
    await frame.getByText('mine').first().click();
    assert.equal(await frame.evaluate(() => window.hurt), undefined);
    assert.equal(await frame.locator('.cell').locator('a, img, script, iframe, [href]').count(), 0);
    assert.deepEqual(foreign, []);
  });
});

const THEMES = [
  'Dark Modern',
  'Light Modern',
  'Default High Contrast',
  'Default High Contrast Light',
];

for (const theme of THEMES) {
  scenario(`the board is readable for everybody: ${theme}`, async ({ open }) => {
    const workspace = greetings({ 'workbench.colorTheme': theme });
    workspace.ask('run', 'greeting', '--versions', 'all');
    const { code } = await open({ workspace });
    await code.clickLens('▦ Open board');
    const frame = await board(code);
    await frame.locator('.cell').first().waitFor();
    assert.deepEqual(await violations(frame), []);
    await frame.locator('.fold button').click();
    await frame.locator('.source ins').first().waitFor();
    assert.deepEqual(await violations(frame), []);
    const scheme = theme.includes('Dark') || theme.endsWith('Contrast') ? 'dark' : 'light';
    assert.equal(await frame.evaluate(() => getComputedStyle(document.body).colorScheme), scheme);
    if (process.env.FOURFOLD_SHOTS) {
      fs.mkdirSync(path.join(HERE, 'shots'), { recursive: true });
      const file = path.join(HERE, 'shots', `board-${theme.replace(/\W+/g, '-')}.png`);
      await code.page.screenshot({ path: file });
    }
  });
}
