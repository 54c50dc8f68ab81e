import assert from 'node:assert/strict';
import { MODEL_MS, scenario } from './scenario.mjs';
import { until } from './wait.mjs';
import { STORY, STORY_TEXT, Workspace } from './workspace.mjs';

const HEROES = ['baker', 'gardener', 'pilot', 'sailor'];

function storyInFourVersions() {
  const workspace = new Workspace();
  workspace.keep('story', ...HEROES.map((who) => STORY_TEXT.replace('lighthouse keeper', who)));
  return workspace;
}

scenario(
  'a response streams in beside the prompt, and the lens gets its figures',
  async ({ open }) => {
    const { code } = await open({ workspace: storyInFourVersions(), file: STORY });
    await code.untilLenses((titles) => titles.includes('▶ Run'));
    await code.press('Control+Alt+p', 'r');
    const response = code.group(1).locator('.monaco-editor[role=code]');
    const lengths = new Set();
    const grown = async () => {
      if (await response.count()) lengths.add((await code.text(response)).length);
      return lengths.size;
    };
    await until('a response that grows', grown, (times) => times >= 4, MODEL_MS);
    const figures = (titles) => titles.some((title) => / s · 100 tokens/.test(title));
    await code.untilLenses(figures, MODEL_MS);
    assert.match(await code.text(response), /sailor/i);
  },
);

scenario(
  'all four versions run at once, seen in the tree, and one is cancelled',
  async ({ open }) => {
    const workspace = storyInFourVersions();
    const { code } = await open({ workspace, file: STORY });
    await code.untilLenses((titles) => titles.includes('▶▶ Run all 4'));
    await code.command('Fourfold: Focus on Prompts View');
    await code.expand('Story');
    const steps = async () => (await code.treeRows()).filter((row) => !row.startsWith('Run '));
    const versions = async () => (await steps()).slice(-4);
    const all =
      (...patterns) =>
      (rows) =>
        rows.every((row, index) => patterns[index].test(row));
    const [going, done] = [/^Version.*(running|waiting)/, /^Version.* 100 tokens/];

    await code.lens('▶▶ Run all 4').click();
    await until('four running versions', versions, all(going, going, going, going));
    await code.act('v2', 'Cancel');
    const ended = all(done, done, /^Version 2.*cancelled/, done);
    await until('v2 cancelled, the others done', versions, ended, MODEL_MS);
    const { versions: listed } = workspace.ask('list', 'story');
    assert.deepEqual(
      listed.map(({ label, lastRun }) => `${label} ${lastRun.status}`),
      ['v4 succeeded', 'v3 succeeded', 'v2 cancelled', 'v1 succeeded'],
    );
  },
);
