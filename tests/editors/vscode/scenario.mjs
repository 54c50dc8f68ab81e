// A test of node:test in a window of the VS Code that all tests of a run share, whatever file they are in.
import fs from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { closeWindow, launchBrowser, newUser, openWindow } from './browser.mjs';
import { fileWatchers } from './processes.mjs';
import { Profile, startServer } from './server.mjs';
import { SETTINGS } from './settings.mjs';
import { HERE, VSIX } from './tools.mjs';
import { TRIES, tried } from './tries.mjs';
import { untilWatched } from './watching.mjs';
import { Workbench } from './workbench.mjs';
import { GREETING, GREETING_TEXT, Workspace } from './workspace.mjs';

const SHOTS = path.join(HERE, 'shots');
const SCENARIO_MS = 180_000;

/** How long the embedded model may take, on a machine that is busy. */
export const MODEL_MS = 90_000;

let shared;
let browser;

async function sharedVsCode() {
  shared ??= (async () => {
    const profile = new Profile(SETTINGS);
    profile.install(VSIX);
    return {
      profile,
      server: await startServer(profile),
      user: await newUser(await sharedBrowser()),
    };
  })();
  return shared;
}

async function sharedBrowser() {
  browser ??= launchBrowser();
  return browser;
}

async function end() {
  const [started, opened] = await Promise.all([shared, browser].map((one) => one?.catch(() => {})));
  shared = undefined;
  browser = undefined;
  await opened?.close();
  await started?.server.stop();
  started?.profile.remove();
}

after(end);

/**
 * Declares a test. `body` gets `open(options)`, which opens a window on a fresh workspace and answers
 * {code, workspace, server}, and `startVsCode(options)` for one that needs a VS Code of its own. `limitMs` is
 * how long it may take.
 */
export function scenario(name, body, limitMs = SCENARIO_MS) {
  test(name, { timeout: limitMs * TRIES }, (context) => tried(context, () => act(name, body), end));
}

async function act(name, body) {
  const cleanups = [];
  const pages = [];
  const open = async ({ file = GREETING, folders, vscode, workspace, settings = {} } = {}) => {
    const used =
      workspace ??
      new Workspace({
        [GREETING]: GREETING_TEXT,
        '.vscode/settings.json': JSON.stringify(settings),
      });
    cleanups.push(() => used.remove());
    const { server, user } = vscode ?? (await sharedVsCode());
    const watching = fileWatchers(server.pid);
    const page = await openWindow(user, server, {
      ...(folders ? { workspace: used.path(folders) } : { folder: used.folder }),
      file: file && used.path(file),
    });
    pages.push(page);
    cleanups.push(() => closeWindow(page));
    const code = new Workbench(page);
    if (file) await code.tab(path.basename(file)).waitFor();
    await untilWatched(server, used.roots(folders), watching);
    return { code, workspace: used, server };
  };
  const startVsCode = async ({ settings = SETTINGS, ...options } = {}) => {
    const profile = new Profile(settings);
    cleanups.push(() => profile.remove());
    profile.install(VSIX);
    const server = await startServer(profile, options);
    cleanups.push(() => server.stop());
    const user = await newUser(await sharedBrowser());
    cleanups.push(() => user.close());
    return { profile, server, user };
  };
  try {
    await body({ open, startVsCode });
  } catch (error) {
    const shots = await Promise.all(pages.map((page, index) => keepShot(page, name, index)));
    throw new Error([error.message, ...shots].join('\n'), { cause: error });
  } finally {
    for (const cleanup of cleanups.reverse()) await cleanup();
  }
}

async function keepShot(page, name, index) {
  const file = path.join(SHOTS, `${name.replace(/\W+/g, '-')}${index || ''}.png`);
  fs.mkdirSync(SHOTS, { recursive: true });
  const kept = await page.screenshot({ path: file }).then(
    () => true,
    () => false,
  );
  return kept ? `screenshot: ${file}` : 'no screenshot could be taken';
}
