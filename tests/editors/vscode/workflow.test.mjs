import assert from 'node:assert/strict';
import { startModel } from './model.mjs';
import { pageWith } from './pages.mjs';
import { MODEL_MS, scenario } from './scenario.mjs';
import { until } from './wait.mjs';
import { Workspace } from './workspace.mjs';

const HERO = 'prompts/hero.prompty';
const WORKFLOW = 'prompts/workflow.yaml';

function prompt(name, text, ...inputs) {
  const fed = inputs.flatMap((input) => [`  ${input}:`, '    kind: string']);
  return [
    ...['---', `name: ${name}`, 'model:', '  options:'],
    ...['    maxOutputTokens: 8', '    temperature: 0'],
    ...(fed.length ? ['inputs:', ...fed] : []),
    ...['---', 'user:', text, ''],
  ].join('\n');
}

/** Three steps, one of them a sub-step, each of which feeds the next; and one that nothing feeds. */
function stories(more = '') {
  return new Workspace(
    {
      [HERO]: prompt('hero', 'Name a hero.'),
      'prompts/hero/city.prompty': prompt('city', 'Where does {{ hero }} live?', 'hero'),
      'prompts/tale.prompty': prompt('tale', 'Tell of {{ place }}.', 'place'),
      'prompts/weather.prompty': prompt('weather', 'Say it rains.'),
      [WORKFLOW]: `name: Tales
steps:
  hero:
    title: Hero
    steps:
      city:
        title: City
        inputs:
          hero: {step: hero}
  weather:
    title: Weather
  tale:
    title: Tale
    inputs:
      place: {step: hero/city}
${more}`,
    },
    { sample: false },
  );
}

/** `Hero: succeeded` of each row that is a step, as the tree says it. */
async function steps(code) {
  const said = (await code.tree.rows()).map((row) => /^Step (\w+), v\d+, ([^,]+)/.exec(row));
  return said.flatMap((found) => (found ? `${found[1]}: ${found[2]}` : []));
}

function untilSteps(code, ...expected) {
  const wanted = expected.join('\n');
  return until(
    `the steps ${wanted}`,
    async () => (await steps(code)).join('\n'),
    (seen) => seen === wanted,
    MODEL_MS,
  );
}

const DONE = ['Hero: succeeded', 'City: succeeded', 'Weather: succeeded', 'Tale: succeeded'];

scenario(
  'the workflow runs from the tree, which says what a change has made stale',
  async ({ open }) => {
    const workspace = stories();
    const { code } = await open({ workspace, file: HERO });
    await code.untilLenses((titles) => titles.includes('▶ Run'));
    await code.command('Fourfold: Focus on Workflow View');
    const none = DONE.map((step) => step.replace('succeeded', 'not run yet'));
    await untilSteps(code, ...none);
    await code.tree.viewAction('Run Workflow');
    await untilSteps(code, ...DONE);

    await code.tree.open('Hero');
    await code.type('One word.\n');
    await code.save();
    await untilSteps(code, 'Hero: stale', 'City: stale', 'Weather: succeeded', 'Tale: stale');
    await code.untilLenses((titles) => titles.includes('↻ Stale: bring up to date'));
    await code.tree.act('City', 'Run to Here');
    await untilSteps(
      code,
      'Hero: succeeded',
      'City: succeeded',
      'Weather: succeeded',
      'Tale: stale',
    );
    await code.tree.open('Tale');
    await code.clickLens('↻ Stale: bring up to date');
    await untilSteps(code, ...DONE);

    const { runs } = workspace.ask('workflow', 'runs');
    assert.deepEqual(
      runs.map(({ status, until: end, steps: all }) => [
        status,
        end,
        all.filter(({ reused }) => !reused).length,
      ]),
      [
        ['succeeded', 'tale', 3], // eight tokens are half an answer, which is not used again
        ['succeeded', 'hero/city', 2],
        ['succeeded', null, 4],
      ],
    );
  },
);

scenario(
  'the workflow is seen as a diagram, and two of its runs side by side',
  async ({ open }) => {
    const workspace = stories();
    workspace.ask('workflow', 'run');
    workspace.keep('hero', prompt('hero', 'Name a river.'));
    workspace.ask('workflow', 'run');
    const { code } = await open({ workspace, file: WORKFLOW });
    await code.untilLenses((titles) => titles.includes('◫ Diagram'));
    await code.clickLens('✓');
    const run = await pageWith(code, '.run');
    assert.match(await run.locator('.run .head').textContent(), /v2.*● current/s);
    await code.clickLens('◫ Diagram');
    await code.untilRendered('svg', (text) => /Hero.*City/s.test(text));

    await code.command('Fourfold: Compare Workflow Runs');
    await code.pick.until((rows) => rows.filter(({ checked }) => checked).length === 2, 'two runs');
    await code.press('Enter');
    await until(
      'the answers of the steps that the change reached',
      () => code.page.locator('.multiDiffEntry').allInnerTexts(),
      (all) => all.map((text) => text.split('.')[0]).join(' ') === 'hero city tale',
    );
  },
);

scenario('a cancelled workflow keeps what is done', async ({ open }) => {
  const workspace = stories();
  const endless = 'Tell a long story.';
  workspace.write(HERO, prompt('hero', endless).replace('Tokens: 8', 'Tokens: 2000'));
  const { code } = await open({ workspace, file: WORKFLOW });
  await code.untilLenses((titles) => titles.includes('▶▶ Run the workflow'));
  await code.command('Fourfold: Focus on Workflow View');
  await code.clickLens('▶▶ Run the workflow');
  const [, city, , tale] = DONE.map((step) => step.replace('succeeded', 'not run yet'));
  await untilSteps(code, 'Hero: running', city, 'Weather: succeeded', tale);
  await code.clickLens('◼ Cancel');
  await untilSteps(code, 'Hero: cancelled', city, 'Weather: succeeded', tale);
  await code.clickLens('▶ Run from here');
  await untilSteps(code, 'Hero: running', city, 'Weather: succeeded', tale);
  await code.tree.viewAction('Cancel Runs');
  await untilSteps(code, 'Hero: cancelled', city, 'Weather: succeeded', tale);
});

scenario('a step that has no prompt gets one', async ({ open }) => {
  const workspace = stories(`  ending:
    title: Ending
    inputs:
      tale: {step: tale}
`);
  const { code } = await open({ workspace, file: HERO });
  await code.untilLenses((titles) => titles.includes('▶ Run'));
  await code.command('Fourfold: Focus on Workflow View');
  await code.tree.act('Ending', 'Create Prompt');
  await code.untilText((text) => text.includes('{{ tale }}'));
  await code.tree.until((rows) => rows.some((row) => /^Step Ending, v1, not run yet/.test(row)));
  assert.match(workspace.read('prompts/ending.prompty'), /inputs:\n {2}tale:/);
});

scenario(
  'the files of a response are written once it has been seen what changes',
  async ({ open, startVsCode }) => {
    const fence = '```';
    const model = await startModel(`${fence}python hello.py\nprint("new")\n${fence}\n`);
    try {
      const workspace = new Workspace(
        {
          'prompts/hello.prompty': prompt('hello', 'Write hello.py.'),
          [WORKFLOW]:
            'steps:\n  hello:\n    type: implementation\n    response: {kind: code, folder: src}\n',
          'src/hello.py': 'print("old")\n',
        },
        { sample: false },
      );
      const vscode = await startVsCode({ environment: model.environment });
      const { code } = await open({ vscode, workspace, file: 'prompts/hello.prompty' });
      await code.untilLenses((titles) => titles.includes('▶ Run'));
      await code.command('Fourfold: Focus on Workflow View');
      await code.tree.viewAction('Run Workflow');
      await until(
        'the step',
        () => steps(code),
        ([step]) => /: succeeded$/.test(step),
        MODEL_MS,
      );
      await code.tree.menu('hello', 'Write Files of Response');
      await code.untilRendered('code', (text) => /-print\("old"\)\s*\+print\("new"\)/.test(text));
      assert.equal(workspace.read('src/hello.py'), 'print("old")\n');
      await code.pick.choose('Write 1 file');
      await workspace.untilFile('src/hello.py', (text) => text === 'print("new")\n');
    } finally {
      model.stop();
    }
  },
);

scenario(
  'a workflow that fails says at which step, and offers what to do',
  async ({ open, startVsCode }) => {
    let isBroken = true;
    const model = await startModel(({ messages }) => {
      if (isBroken && /rains/.test(messages.at(-1).content)) throw new Error('it is broken');
      return ['Well.'];
    });
    try {
      const vscode = await startVsCode({
        environment: { ...model.environment, OPENAI_MODEL: 'scripted' },
      });
      const { code } = await open({ vscode, workspace: stories(), file: WORKFLOW });
      await code.clickLens('▶▶ Run the workflow');
      await code.notification('Tales failed at Weather').waitFor({ timeout: MODEL_MS });
      assert.deepEqual(await code.buttons('Tales failed'), ['Show Response', 'Run from Here']);
      await code.follow('Tales failed', 'Show Response');
      const page = await pageWith(code, '.run .state.bad');
      await page.getByText('Failed:').waitFor();
      await code.tab('workflow.yaml').click();
      await code.clickLens('▶▶ Run the workflow');
      await code.notification('Tales failed').waitFor();
      isBroken = false;
      await code.follow('Tales failed', 'Run from Here');
      await code.notification('Tales: 1 step done').waitFor();
    } finally {
      model.stop();
    }
  },
);
