// Windows that open: when an extension has its first lens, and what it and its extension host take.
import fs from 'node:fs';
import path from 'node:path';
import { closeWindow, newUser, openWindow } from '../vscode/browser.mjs';
import { startServer } from '../vscode/server.mjs';
import { until } from '../vscode/wait.mjs';
import { Workbench } from '../vscode/workbench.mjs';
import { GREETING } from '../vscode/workspace.mjs';
import { drawn } from './clock.mjs';
import { TIMES } from './table.mjs';

/**
 * {lens, activation, memory, other} of each side in several windows, which are opened in turn: times in ms, memory of
 * its extension host in kB, and what `measure` says of the window. A side is {profile, extension, workspaceOf, measure}.
 */
export async function openings(browser, ...sides) {
  const started = [];
  const used = new Set();
  try {
    for (const side of sides) {
      const server = await startServer(side.profile);
      started.push({ ...side, server, user: await newUser(browser), seen: new Set(), figures: [] });
    }
    for (let time = 0; time <= TIMES; time++) {
      for (const side of started) {
        const workspace = side.workspaceOf();
        used.add(workspace);
        side.figures.push(await opening(side, workspace));
      }
    }
  } finally {
    for (const { server } of started) await server.stop();
    for (const { profile } of sides) profile.remove();
    for (const workspace of used) workspace.remove();
  }
  // The first window also compiles what the others take from the cache.
  return started.map(({ figures }) => figures.slice(1));
}

async function opening({ profile, server, user, extension, seen, measure }, workspace) {
  const file = workspace.path(GREETING);
  const page = await openWindow(user, server, { folder: workspace.folder, file });
  const first = await drawn(page, '.codelens-decoration', /\S/);
  const log = await until('the log of the extension host', () => newLog(profile, seen));
  const lens = first - activatedAt(log, extension);
  const code = new Workbench(page);
  const other = await measure?.(code);
  const memory = await settledMemory(log);
  const activation = await activationOf(code, extension); // of a window that is ready, and takes no focus back
  await closeWindow(page);
  return { lens, activation, memory, other };
}

/** The log of an extension host that is not among those `seen`, which it then joins. */
function newLog(profile, seen) {
  const logs = path.join(profile.data, 'data/logs');
  const files = fs.globSync('*/exthost*/remoteexthost.log', { cwd: logs });
  const file = files.find((name) => !seen.has(name));
  if (!file) return undefined;
  seen.add(file);
  return path.join(logs, file);
}

/** When the extension began to activate, in ms since 1970. */
function activatedAt(log, extension) {
  const line = fs
    .readFileSync(log, 'utf8')
    .split('\n')
    .find((it) => it.includes(`_doActivateExtension ${extension}`));
  return Date.parse(line.split(' ')[0]);
}

async function activationOf(code, extension) {
  await code.command('Developer: Show Running Extensions');
  const row = code.page.locator('.runtime-extensions-editor .monaco-list-row', {
    hasText: new RegExp(extension.split('.')[1], 'i'),
  });
  const text = await until(
    'the activation time',
    async () => (await row.count()) && (await row.first().textContent()),
    (it) => /\d+ms/.test(it),
  );
  return Number(text.match(/(\d+)ms/)[1]);
}

/** Proportional memory of the extension host in kB, once two readings agree. */
async function settledMemory(log) {
  const pid = fs.readFileSync(log, 'utf8').match(/Extension host with pid (\d+) started/)[1];
  const read = () =>
    Number(fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').match(/Pss:\s+(\d+)/)[1]);
  let before = 0;
  let same = 0;
  return until('memory that stays the same', () => {
    const now = read();
    same = Math.abs(now - before) < 256 ? same + 1 : 0;
    before = now;
    return same >= 20 ? now : 0;
  });
}
