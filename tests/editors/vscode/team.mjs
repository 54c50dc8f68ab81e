// VS Code on a folder of `make team`, without a screen: says as JSON, a line each, where it is, and what stands above
// the prompt whenever that is another. A line on stdin is where to put a picture of its window; its end ends it all.
//   node team.mjs FOLDER PROMPT
import path from 'node:path';
import readline from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { launchBrowser, newUser, openWindow } from './browser.mjs';
import { Profile, startServer } from './server.mjs';
import { SETTINGS } from './settings.mjs';
import { FOURFOLD, VSIX } from './tools.mjs';
import { Workbench } from './workbench.mjs';

const EVERY_MS = 500;
const [folder, prompt] = process.argv.slice(2);
const say = (news) => console.log(JSON.stringify(news));
const profile = new Profile({
  ...SETTINGS,
  'fourfold.path': FOURFOLD,
  'security.workspace.trust.enabled': false,
});
let server;
let browser;
let isOver = false;
const orders = readline.createInterface({ input: process.stdin });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {}); // stdin says it
orders.on('close', () => {
  isOver = true;
});
process.stdout.on('error', () => {}); // who listened is gone, which the end of stdin says too
try {
  profile.install(VSIX);
  // Those of the person whose folder it is: their settings name the team, their data the folder's own database.
  const { XDG_CONFIG_HOME, XDG_DATA_HOME, PGUSER } = process.env;
  const environment = { XDG_CONFIG_HOME, XDG_DATA_HOME, PGUSER };
  server = await startServer(profile, { folder, environment });
  say({ address: `${server.base}/?folder=${encodeURI(folder)}` });
  browser = await launchBrowser();
  const user = await newUser(browser);
  const page = await openWindow(user, server, { folder, file: path.join(folder, prompt) });
  const workbench = new Workbench(page);
  await workbench.tab(path.basename(prompt)).waitFor();
  orders.on('line', async (file) => {
    await page.screenshot({ path: file });
    say({ picture: file });
  });
  let shown;
  while (!isOver) {
    // VS Code asks for lenses only while the text has the focus.
    await workbench.focusText().catch(() => {});
    const lenses = (await workbench.lenses()).join(' | ');
    if (lenses !== shown && lenses !== '') {
      shown = lenses;
      say({ lenses });
    }
    await pause(EVERY_MS);
  }
} finally {
  await browser?.close();
  await server?.stop();
  profile.remove();
}
