import { board } from './pages.mjs';
import { MODEL_MS, scenario } from './scenario.mjs';
import { until, untilEqual } from './wait.mjs';
import { GREETING_TEXT, Workspace } from './workspace.mjs';

const NAMES = ['Ada', 'Bob', 'Cleo', 'Dora'];

function greetings() {
  const workspace = new Workspace();
  workspace.keep('greeting', ...NAMES.map((name) => GREETING_TEXT.replace('Ada', name)));
  return workspace;
}

scenario(
  'two responses stand side by side; those that are missing are run first',
  async ({ open }) => {
    const { code } = await open({ workspace: greetings() });
    await code.untilLenses((titles) => titles.includes('⇄ Compare'));
    await code.clickLens('⇄ Compare');
    await code.pick.until((rows) => rows.length === 4, 'four rows');
    await code.pick.check('v4', 'v2');
    const page = await board(code);
    const columns = (...labels) =>
      untilEqual('the columns', () => page.locator('.head .label').allTextContents(), labels);
    await columns('v2', 'v4');
    await page.getByRole('button', { name: 'Run all' }).click();
    const texts = () => page.locator('.row:not(.heads) .cell').allTextContents();
    const answers = (all) => /Bob/.test(all[0]) && /Dora/.test(all[1]);
    await until('both answers', texts, answers, MODEL_MS);
    await page.getByRole('combobox', { name: 'Columns' }).selectOption('Versions');
    await columns('v1', 'v2', 'v3', 'v4');
    await page.getByRole('button', { name: 'Leave v3 out' }).click();
    await columns('v1', 'v2', 'v4');

    await code.command('Fourfold: Compare with Current Version');
    await code.pick.choose('v2');
    await code.untilSides('Bob', 'Dora');
    await code.command('Fourfold: Swap Sides');
    await code.untilSides('Dora', 'Bob');
    await code.command('Fourfold: Next Pair');
    await code.untilSide('original', 'Say hello to');
  },
);

scenario(
  'a version is compared with the current one and with what is typed, from list, tree and menus',
  async ({ open }) => {
    const workspace = greetings();
    workspace.ask('run', 'greeting', '--versions', 'all');
    const { code } = await open({ workspace });
    await code.untilLenses((titles) => titles.includes('⇄ Compare'));
    await code.command('Fourfold: Focus on Workflow View');
    await code.tree.expand('Greeting');
    await code.tree.menu('v2', 'Compare with Current Version');
    await code.untilSides('Bob', 'Dora');

    await code.tab('greeting.prompty').click();
    await code.type('Be kind.\n');
    await code.clickLens('v4 + unsaved');
    await code.pick.button('v3', 'Compare with what is in the editor');
    await code.untilSides('Cleo', 'Be kind.');

    await code.tab('greeting.prompty').click();
    await code.menu('Fourfold', 'Compare with What Is in the Editor');
    await code.untilSides('Dora', 'Be kind.');
  },
);
