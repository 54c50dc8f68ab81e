import { MODEL_MS, scenario } from './scenario.mjs';
import { until } from './wait.mjs';
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
    await code.answer('v2 and v4 have no response yet', 'Run');
    await code.untilSides('Bob', 'Dora', MODEL_MS);

    await code.command('Fourfold: Swap Sides');
    await code.untilSides('Dora', 'Bob');

    await code.command('Fourfold: Next Pair');
    await code.untilSide('original', 'Say hello to');
  },
);

scenario('four versions are compared in the multi-diff editor', async ({ open }) => {
  const workspace = greetings();
  workspace.ask('run', 'greeting', '--versions', 'all');
  const { code } = await open({ workspace });
  await code.untilLenses((titles) => titles.includes('⇄ Compare'));
  await code.command('Fourfold: Compare Versions');
  await code.pick.until((rows) => rows.length === 4, 'four rows');
  await code.pick.check('v1', 'v2', 'v3', 'v4');
  const seen = new Set();
  const entries = async () => {
    // The editor draws only what is in sight.
    for (const text of await code.page.locator('.multiDiffEntry').allInnerTexts()) seen.add(text);
    await code.page.mouse.move(800, 400);
    await code.page.mouse.wheel(0, 150);
    return [...seen];
  };
  const shows = (all, kind, version, name) =>
    all.some(
      (text) =>
        text.startsWith(`greeting.v${version}.${kind}`) &&
        text.includes('Ada') &&
        text.includes(name),
    );
  await until('each response and each prompt beside those of v1', entries, (all) =>
    ['Bob', 'Cleo', 'Dora'].every((name, index) =>
      ['md', 'prompty'].every((kind) => shows(all, kind, index + 2, name)),
    ),
  );
});

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
