import assert from 'node:assert/strict';
import { closeWindow } from './browser.mjs';
import { untilResponse } from './pages.mjs';
import { descendants, isAlive, languageServers } from './processes.mjs';
import { MODEL_MS, scenario } from './scenario.mjs';
import { until } from './wait.mjs';
import { STORY, STORY_TEXT, Workspace } from './workspace.mjs';

const HEROES = ['baker', 'gardener', 'pilot', 'sailor'];

const LONG = 'maxOutputTokens: 2000';

/** A story of each hero; those that are named take so long that they are cancelled before. */
function stories(...endless) {
  const workspace = new Workspace();
  const texts = HEROES.map((hero) => {
    const text = STORY_TEXT.replace('lighthouse keeper', hero);
    return endless.includes(hero) ? text.replace(/maxOutputTokens: \d+/, LONG) : text;
  });
  workspace.keep('story', ...texts);
  return workspace;
}

/** Until a response has been seen to grow; answers what there is of it. */
async function untilGrows(code) {
  const texts = new Set();
  const enough = (text) => texts.add(text).size > 3;
  return untilResponse(code, enough, MODEL_MS);
}

scenario(
  'a response streams in beside the prompt, and the lens gets its figures',
  async ({ open }) => {
    const { code } = await open({ workspace: stories(), file: STORY });
    await code.untilLenses((titles) => titles.includes('▶ Run'));
    await code.untilStatus('v4 · 4 versions'); // from then on keys mean this prompt
    await code.focusEnd();
    await code.press('Control+Alt+p', 'r');
    await untilGrows(code);
    assert.equal(await code.notification('story').count(), 0, 'the view says how it goes on');
    const figures = (titles) => titles.some((title) => / s · 100 tokens/.test(title));
    await code.untilLenses(figures, MODEL_MS);
    await untilResponse(code, (text) => /sailor/i.test(text));

    // The list of versions takes its place for as long as it is open.
    await code.command('Fourfold: Switch Version');
    await code.pick.until((rows) => rows.length === 4, 'four rows');
    await code.press('ArrowDown');
    await code.untilSides('gardener', 'pilot');
    assert.deepEqual(await responses(code), []);
    await code.press('Escape');
    await untilResponse(code, (text) => /sailor/i.test(text));
    assert.deepEqual(await responses(code), ['Story v4 (response)']);
    assert.equal((await code.tabs()).length, 2, 'no preview is left');
  },
);

const responses = async (code) => (await code.tabs()).filter((tab) => tab.endsWith('(response)'));

scenario(
  'all four versions run at once, seen in the tree, and one is cancelled',
  async ({ open }) => {
    const workspace = stories('gardener');
    const { code } = await open({ workspace, file: STORY });
    await code.untilLenses((titles) => titles.includes('▶▶ Run all 4'));
    await code.command('Fourfold: Focus on Workflow View');
    await code.tree.expand('Story');
    const versions = async () => (await code.tree.rows()).filter((row) => /^Version /.test(row));
    const all =
      (...patterns) =>
      (rows) =>
        rows.length === 4 && rows.every((row, index) => patterns[index].test(row));
    const [going, done] = [/^Version.*(running|waiting)/, /^Version.* 100 tokens/];

    await code.clickLens('▶▶ Run all 4');
    await until('four running versions', versions, all(going, going, going, going));
    await code.tree.act('v2', 'Cancel');
    const ended = all(done, done, /^Version 2.*cancelled/, done);
    await until('v2 cancelled, the others done', versions, ended, MODEL_MS);
    const { versions: listed } = workspace.ask('list', 'story');
    assert.deepEqual(
      listed.map(({ label, lastRun }) => `${label} ${lastRun.status}`),
      ['v4 succeeded', 'v3 succeeded', 'v2 cancelled', 'v1 succeeded'],
    );
  },
);

scenario(
  'a window closed during a run leaves no process behind, and keeps what had arrived',
  async ({ open }) => {
    const workspace = stories('sailor');
    const { code, server: vscode } = await open({ workspace, file: STORY });
    await code.untilStatus('v4 · 4 versions');
    await code.clickLens('▶ Run');
    const seen = await untilGrows(code);

    const [server] = languageServers(vscode.pid);
    const processes = [server, ...descendants(server)];
    await closeWindow(code.page);
    await until(
      'the end of its processes',
      () => processes.filter(isAlive),
      (left) => left.length === 0,
    );

    const { code: again } = await open({ workspace, file: STORY });
    await again.untilLenses((titles) => titles.includes('cancelled'));
    await again.clickLens('cancelled');
    await untilResponse(again, (text) => text.startsWith(seen.slice(0, 60)));
  },
);
