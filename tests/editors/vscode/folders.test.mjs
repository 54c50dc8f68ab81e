import assert from 'node:assert/strict';
import { languageServers } from './processes.mjs';
import { scenario } from './scenario.mjs';
import { GREETING, GREETING_TEXT, Workspace } from './workspace.mjs';

scenario('two folders are served by one server, each with its own versions', async ({ open }) => {
  const [one, other] = [new Workspace(), new Workspace()];
  one.keep('greeting', GREETING_TEXT.replace('Ada', 'Bob'), GREETING_TEXT);
  other.write(GREETING, GREETING_TEXT.replace('Ada', 'Cleo'));
  const folders = [one, other].map(({ folder }, index) => ({
    path: folder,
    name: `team${index}`,
  }));
  one.write('../both.code-workspace', JSON.stringify({ folders }));
  const { code, server } = await open({ workspace: one, folders: '../both.code-workspace' });
  await code.untilLenses((titles) => titles[0] === 'v2 of v1–v2 · current ▾');

  const rowsSoFar = await code.tree.noteRows();
  await openTreeAmidChanges(code, one);
  await code.tree.expand('team1');
  await code.tree.until((rows) => rows.filter((row) => /Step Greeting/.test(row)).length === 2);
  await code.tree.open('Greeting', 1);
  await code.untilText((text) => text.includes('Cleo'));
  await code.untilLenses((titles) => titles[0] === 'v1 · current ▾');
  await code.type('Be kind.\n');
  await code.save();
  await code.untilLenses((titles) => titles[0] === 'v2 of v1–v2 · current ▾');

  const below = (await rowsSoFar()).filter(({ level }) => level === 2 || level === 3);
  assert.deepEqual(new Set(below.map(({ level }) => level)), new Set([2, 3]));
  const strays = below.filter(
    ({ level, label }) => !label.startsWith(level === 2 ? 'Group' : 'Step'),
  );
  assert.deepEqual(strays, [], 'a folder has nothing below it but groups, and these steps');
  assert.equal(other.ask('list', 'greeting').current, 2);
  assert.equal(languageServers(server.pid).length, 1);
  other.remove();
});

scenario('a repository with prompts of many tools needs no configuration', async ({ open }) => {
  const files = {
    'AGENTS.md': 'Be brief.\n',
    '.claude/agents/tester.md': '---\nname: tester\n---\nTest it.\n',
    'src/chat/basic.prompty': GREETING_TEXT,
    'src/chat/sum.prompt.yml': 'messages: [{role: user, content: "Sum {{it}} up."}]\n',
    'src/notes.md': 'No prompt.\n',
  };
  const workspace = new Workspace(files, { sample: false });
  const { code } = await open({ workspace, file: 'src/chat/basic.prompty' });
  await code.untilLenses((titles) => titles[0] === 'v1 · current ▾');
  await code.command('Fourfold: Focus on Workflow View');
  const expected = [
    /^Step AGENTS,/,
    /^Folder \.claude\/agents, 1 prompt$/,
    /^Step Tester,/,
    /^Folder src\/chat, 2 prompts$/,
    /^Step Basic,/,
    /^Step Sum,/,
  ];
  await code.tree.until((rows) => {
    const ours = rows.filter((row) => /^(Step|Folder|Group) /.test(row));
    return (
      ours.length === expected.length && expected.every((wanted, at) => wanted.test(ours[at] ?? ''))
    );
  });
  await code.openFile('AGENTS.md');
  await code.untilLenses((titles) => titles[0] === 'v1 · current ▾');
});

/** The file changes again and again, so that the tree is to be read anew while it is read. */
async function openTreeAmidChanges(code, workspace) {
  let isOpen = false;
  const opened = code
    .command('Fourfold: Focus on Workflow View')
    .then(() => code.tree.expand('team0'))
    .finally(() => {
      isOpen = true;
    });
  for (let count = 0; !isOpen; count += 1) {
    workspace.write('prompts/busy.md', `Say hello ${count} times.`);
    await code.tree.rows();
  }
  await opened;
}
