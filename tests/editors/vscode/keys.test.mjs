import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { startModel } from './model.mjs';
import { untilResponse } from './pages.mjs';
import { scenario } from './scenario.mjs';
import { GREETING, GREETING_TEXT, Workspace } from './workspace.mjs';

const KEY = 'sk-kept-in-the-secret-storage-alone';

/** The files below the folders that contain a text. */
function filesWith(text, ...folders) {
  return spawnSync('grep', ['-rlaF', text, ...folders], { encoding: 'utf8' }).stdout;
}

scenario(
  'a key is asked for where one is missing, is in no file, and can be removed',
  async ({ open, startVsCode }) => {
    const answer = 'Good morning, Ada.';
    const model = await startModel(answer, { key: KEY });
    try {
      const vscode = await startVsCode({ environment: model.environment });
      const workspace = new Workspace({ [GREETING]: GREETING_TEXT });
      const { code } = await open({ vscode, workspace });
      await code.untilLenses((titles) => titles.includes('▶ Run'));
      await code.clickLens('▶ Run');
      await code.follow('wants a key, and there is none', 'Set API Key');
      await code.pick.choose('127.0.0.1');
      await code.pick.typeSecret(KEY);
      await code.untilStatus('is stored');
      await code.tab('greeting.prompty').click();
      await code.clickLens('▶ Run');
      await untilResponse(code, (text) => text === answer);
      const folders = [vscode.profile.folder, workspace.parent];
      assert.match(filesWith(answer, ...folders), /\.fourfold/, 'the search finds what is kept');
      assert.equal(filesWith(KEY, ...folders), '');

      await code.command('Fourfold: Remove API Key');
      await code.pick.choose('127.0.0.1');
      await code.untilStatus('is removed');
      await code.command('Fourfold: Remove API Key');
      await code.untilStatus('No API key is stored');
    } finally {
      model.stop();
    }
  },
);
