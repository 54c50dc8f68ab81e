// Measures what a user of VS Code and of the board waits for, and keeps the table of tests/bench/README.md.
//   node figures.mjs
//
// The server is the one that the extension brings, which the first window installs and which does not count.
// A workspace that has been open before has its last lenses at once; a new one has to wait for the server.
// Beside them stands an extension that has nothing but one lens: what VS Code itself needs on this machine.
import fs from 'node:fs';
import { acting } from './figures/acting.mjs';
import { BARE, bareProfile, otherLens } from './figures/bare.mjs';
import { boards } from './figures/board.mjs';
import { openings } from './figures/opening.mjs';
import { bounded, compared, keep, median } from './figures/table.mjs';
import { launchBrowser } from './vscode/browser.mjs';
import { Profile } from './vscode/server.mjs';
import { SETTINGS } from './vscode/settings.mjs';
import { VSIX } from './vscode/tools.mjs';
import { GREETING, GREETING_TEXT, Workspace } from './vscode/workspace.mjs';

const EXTENSION = 'fourfold.fourfold';

const browser = await launchBrowser();
try {
  const workspace = anew();
  const [bare, again, first] = await openings(
    browser,
    { profile: bareProfile(), extension: BARE, workspaceOf: anew, measure: otherLens },
    { profile: ownProfile(), extension: EXTENSION, workspaceOf: () => workspace },
    { profile: ownProfile(), extension: EXTENSION, workspaceOf: anew },
  );
  const of = (name, windows) => median(windows.map((window) => window[name]));
  const bareLens = of('other', bare);
  const act = await acting(browser, ownProfile());
  const board = await boards(browser);
  keep([
    compared('activation → first lens', of('lens', again), of('lens', bare), 1.4),
    compared('the same in a new workspace', of('lens', first), of('lens', bare)),
    bounded('activation', of('activation', again)),
    bounded(
      'memory of the extension',
      (of('memory', again) - of('memory', bare)) / 1024,
      undefined,
      'MB',
    ),
    compared('click on the lens → list / the palette', median(act.list), median(act.palette), 1.5),
    compared('Enter in the list → right lens / a bare lens', median(act.enter), bareLens, 1.4),
    bounded('click on Run → first words, without the model’s time', median(act.words), 300),
    compared(
      'end of the answer → figures in the lens / a bare lens',
      median(act.ends.map(({ lens }) => lens)),
      bareLens,
      1.2,
    ),
    bounded('the same on the page of the answer', median(act.ends.map(({ page }) => page)), 300),
    bounded('click → board with 4 answers, in VS Code', median(act.board), 400),
    bounded('board with 4 answers, a file', median(board.four), 400),
    bounded('board with 20,000 results, a file', median(board.many), 1500),
    bounded('a filter of 20,000 results', median(board.filter), 300),
    bounded('the board’s page, compressed', board.page, 150, 'kB'),
    bounded('the server after all this', act.memory, 100, 'MB'),
    bounded('VSIX', fs.statSync(VSIX).size / 1e6, 3, 'MB'),
  ]);
} finally {
  await browser.close();
}

function anew() {
  return new Workspace({ [GREETING]: GREETING_TEXT });
}

function ownProfile() {
  const profile = new Profile({ ...SETTINGS, 'fourfold.path': '' });
  profile.install(VSIX);
  return profile;
}
