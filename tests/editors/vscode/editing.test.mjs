import assert from 'node:assert/strict';
import { scenario } from './scenario.mjs';
import { until } from './wait.mjs';
import { GREETING } from './workspace.mjs';

const SEVERAL = ['▶ Run', '▶▶ Run all 4', '⇄ Compare', '▦ Open board'];
const FIVE = 'v5 of v2–v5 · current ▾';

/** Saves four changes: with the text that was opened, five versions, the oldest of them gone. */
async function saveFour(code) {
  await code.untilLenses((titles) => titles[0] === 'v1 · current ▾');
  for (const number of [2, 3, 4, 5]) {
    await code.type(`Line ${number}\n`);
    await code.save();
    await code.untilLenses((titles) => titles[0]?.startsWith(`v${number} of `));
  }
}

/** Until text, file, lens, status bar and the command line all have this version, and nothing is unsaved. */
async function untilAgreed(code, workspace, number) {
  await code.untilText((text) => text.endsWith(`Line ${number}`));
  await code.untilLenses((titles) => titles[0] === `v${number} of v2–v5 · current ▾`);
  await workspace.untilFile(GREETING, (text) => text.endsWith(`Line ${number}\n`));
  await code.untilSaved('greeting');
  await code.untilStatus(`v${number} · 4 versions`);
  assert.equal(workspace.ask('list', 'greeting').current, number);
}

scenario('five saved texts leave v2 to v5, and each can be put back', async ({ open }) => {
  const { code, workspace } = await open();
  await saveFour(code);
  assert.deepEqual(await code.lenses(), [FIVE, ...SEVERAL]);
  await code.untilStatus('v5 · 4 versions');
  const newest = await code.text();

  await code.clickLens('current ▾');
  const rows = await code.pick.until((all) => all.length === 4, 'four rows');
  assert.deepEqual(
    rows.map(({ label }) => label.match(/v\d/)?.[0]),
    ['v5', 'v4', 'v3', 'v2'],
  );
  await code.press('Escape');

  await code.focusText();
  await code.press('Control+Home', 'ArrowDown', 'ArrowRight', 'ArrowRight');
  await code.untilStatus('Ln 2, Col 3');
  await code.command('Fourfold: Switch Version');
  await code.pick.until((all) => all.length === 4, 'four rows');
  await code.press('ArrowDown', 'ArrowDown');
  await code.untilSide('original', 'Line 2');
  await code.untilText((text) => text.endsWith('Line 3'), 'v3 on the right', code.side('modified'));
  await code.press('Enter');
  await code.untilLenses((titles) => titles[0] === 'v3 of v2–v5 · current ▾');
  await code.untilText((text) => text.endsWith('Line 3'));
  await workspace.untilFile(GREETING, (text) => text.endsWith('Line 3\n'));
  await code.untilSaved('greeting');
  await code.untilStatus('v3 · 4 versions');
  await code.untilStatus('Ln 2, Col 3');

  await code.focusEnd();
  await code.press('Control+z');
  await code.untilText((text) => text === newest);
  await untilAgreed(code, workspace, 5);

  const explorer = await code.tree.rows();
  assert.ok(explorer.includes('prompts'));
  assert.ok(!explorer.includes('.fourfold'));
});

scenario('unsaved changes are asked about before a version takes their place', async ({ open }) => {
  const { code, workspace } = await open();
  await saveFour(code);
  const draft = async () => {
    await code.type('A draft\n');
    await code.untilLenses((titles) => titles[0] === 'v5 + unsaved');
  };
  const choose = async (label) => {
    await code.command('Fourfold: Switch Version');
    await code.pick.until((all) => all.length === 4, 'four rows');
    await code.pick.choose(label);
  };
  await draft();

  await choose('v3');
  await code.answer('has changes that no version has', 'Cancel');
  await code.untilText((text) => text.endsWith('A draft'));
  assert.match(workspace.read(GREETING), /Line 5\n$/);

  await choose('v3');
  await code.answer('has changes that no version has', 'Discard');
  await code.untilLenses((titles) => titles[0] === 'v3 of v2–v5 · current ▾');
  await code.untilText((text) => text.endsWith('Line 3'));
  await code.untilSaved('greeting');

  await code.press('Control+z');
  await code.untilText((text) => text.endsWith('A draft'));
  await choose('v3');
  await code.answer('has changes that no version has', 'Discard');
  await code.untilText((text) => text.endsWith('Line 3'));
  await code.untilSaved('greeting');

  await code.press('Control+z');
  await code.untilText((text) => text.endsWith('A draft'));
  await choose('v4');
  await code.answer('has changes that no version has', 'Save');
  await code.untilLenses((titles) => titles[0] === 'v4 of v3–v6 · current ▾');
  await code.untilText((text) => text.endsWith('Line 4'));
});

scenario('versions are pinned and named, from palette, list and tree', async ({ open }) => {
  const { code, workspace } = await open();
  await saveFour(code);
  const kept = () =>
    Object.fromEntries(
      workspace.ask('list', 'greeting').versions.map((one) => [one.label, [one.pinned, one.name]]),
    );

  await code.command('Fourfold: Pin Version');
  await code.pick.until((all) => all.length === 4, 'four rows');
  await code.pick.choose('v2');
  await until('v2 pinned', kept, ({ v2 }) => v2[0]);

  await code.command('Fourfold: Switch Version');
  await code.pick.until((all) => /^v2 · pinned · /.test(all[3]?.label), 'the mark of v2');
  await code.pick.button('v3', 'Name this version');
  await code.pick.give('Name of v3 of greeting', '', ' the short one ');
  await until('v3 named', kept, ({ v3 }) => v3[1] === 'the short one');

  await code.command('Fourfold: Focus on Workflow View');
  await code.tree.expand('Greeting');
  await code.tree.until((all) =>
    all.some((row) => row.startsWith('Version 3, “the short one” · ')),
  );
  await code.tree.menu('v2', 'Unpin Version');
  await until('v2 free again', kept, ({ v2 }) => !v2[0]);

  await code.command('Fourfold: Unpin Version');
  await code.notification('There is no such version of greeting').waitFor();
});

for (const [name, settings] of Object.entries({
  'no automatic save': {},
  'an automatic save after a second': { 'files.autoSave': 'afterDelay' },
  'an automatic save with the focus': { 'files.autoSave': 'onFocusChange' },
})) {
  scenario(`a switch is undone and redone with ${name}`, async ({ open }) => {
    const { code, workspace } = await open({ settings });
    await saveFour(code);
    for (const number of [2, 4]) {
      await code.command('Fourfold: Switch Version');
      await code.pick.until((all) => all.length === 4, 'four rows');
      await code.pick.choose(`v${number}`);
      await untilAgreed(code, workspace, number);
    }
    await code.focusEnd();
    for (const [key, number] of [
      ['Control+z', 2],
      ['Control+z', 5],
      ['Control+y', 2],
      ['Control+y', 4],
    ]) {
      await code.press(key);
      await untilAgreed(code, workspace, number);
    }
    await code.press('Control+z', 'Control+z');
    await untilAgreed(code, workspace, 5);
  });
}

scenario('an automatic save makes no version; the next manual one does', async ({ open }) => {
  const { code, workspace } = await open({
    settings: { 'files.autoSave': 'afterDelay', 'files.autoSaveDelay': 100 },
  });
  await code.untilLenses((titles) => titles[0] === 'v1 · current ▾');
  await code.type('Saved by itself\n');
  await workspace.untilFile(GREETING, (text) => text.endsWith('Saved by itself\n'));
  await code.untilLenses((titles) => titles[0] === 'v1 + unsaved');
  assert.equal(workspace.ask('list', 'greeting').versions.length, 1);

  await code.save();
  await code.untilLenses((titles) => titles[0] === 'v2 of v1–v2 · current ▾');
});

scenario('keys and inputs are completed, and what is wrong is told', async ({ open }) => {
  const { code } = await open();
  await code.untilLenses((titles) => titles[0] === 'v1 · current ▾');
  const complete = async (typed, word) => {
    await code.keys.insertText(typed);
    await code.press('Control+Space');
    await code.suggestion(word).waitFor();
    await code.press('Tab');
  };
  await code.focusText();
  await code.press('Control+Home', ...Array(4).fill('ArrowDown'), 'End', 'Enter');
  await complete('top', 'topP');
  await code.keys.insertText('high');
  await code.untilText((text) => text.includes('    topP: high'));
  await code.mark('warning').waitFor();
  await code.press('F8');
  await code.problem('topP must be a number').waitFor();
  await code.press('Escape', ...Array(4).fill('Backspace'));
  await code.keys.insertText('1');
  await code.mark('warning').waitFor({ state: 'detached' });

  await code.focusEnd();
  await complete('Be {{tone}}, {{to', 'tone');
  await code.untilText((text) => text.endsWith('Be {{tone}}, {{tone'));
});

scenario('a change by another program is a version, in the open editor too', async ({ open }) => {
  const { code, workspace } = await open();
  await code.untilLenses((titles) => titles[0] === 'v1 · current ▾');
  workspace.write(GREETING, `${workspace.read(GREETING)}From outside\n`);
  await code.untilText((text) => text.endsWith('From outside'));
  await code.untilLenses((titles) => titles[0] === 'v2 of v1–v2 · current ▾');
});
