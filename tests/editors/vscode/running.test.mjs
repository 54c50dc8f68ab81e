import assert from 'node:assert/strict';
import { scenario } from './scenario.mjs';
import { until } from './wait.mjs';
import { STORY, STORY_TEXT, Workspace } from './workspace.mjs';

const HEROES = ['baker', 'gardener', 'pilot', 'sailor'];

function storyInFourVersions() {
  const workspace = new Workspace();
  workspace.keep('story', ...HEROES.map((who) => STORY_TEXT.replace('lighthouse keeper', who)));
  return workspace;
}

scenario(
  'a response streams in beside the prompt, and the lens has its figures',
  async ({ open }) => {
    const { code } = await open({ workspace: storyInFourVersions(), file: STORY });
    await code.untilLenses((titles) => titles.includes('▶ Run'));
    await code.press('Control+Alt+p', 'r');
    const response = code.group(1).locator('.monaco-editor[role=code]');
    const lengths = new Set();
    await until('a growing response', async () => {
      if (await response.count()) lengths.add((await code.text(response)).length);
      return lengths.size >= 4;
    });
    await code.untilLenses((titles) => titles.some((title) => / s · 150 tokens/.test(title)));
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
    await code.expand('story');
    await code.untilTree((rows) => rows.filter((row) => /v[1-4]/.test(row)).length === 4);

    await code.lens('▶▶ Run all 4').click();
    await code.untilTree((rows) => rows.filter((row) => /running/i.test(row)).length >= 4);
    await code.act('v2', 'Cancel');
    await code.untilTree((rows) => rows.some((row) => /v2.*cancelled/i.test(row)));
    await code.untilTree((rows) => rows.filter((row) => /150 tokens/.test(row)).length >= 3);
    const { versions } = workspace.ask('list', 'story');
    const ends = versions.map(({ label, lastRun }) => `${label} ${lastRun.status}`);
    assert.deepEqual(ends, ['v4 succeeded', 'v3 succeeded', 'v2 cancelled', 'v1 succeeded']);
  },
);
