// What a user waits for in a window that is open: lists, switches, runs, the board; and what the server has grown to.
import fs from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { newUser, openWindow } from '../vscode/browser.mjs';
import { startModel } from '../vscode/model.mjs';
import { languageServers } from '../vscode/processes.mjs';
import { startServer } from '../vscode/server.mjs';
import { Workbench } from '../vscode/workbench.mjs';
import { GREETING, GREETING_TEXT, Workspace } from '../vscode/workspace.mjs';
import { inPage, LENSES, pressed, timed } from './clock.mjs';
import { TIMES } from './table.mjs';

const NAMES = ['Ada', 'Bob', 'Cleo', 'Dora'];
const LISTED = '.quick-input-widget .monaco-list-row';
/** How long the model takes over the rest of an answer: until the window has shown that it runs, and more. */
const REST_MS = 3_000;

/**
 * Each figure in ms, several times: {palette, list, enter, words, ends: {lens, page}, board}; and `memory`, that of the language
 * server in MB once it has done all this.
 */
export async function acting(browser, profile) {
  const model = await startModel(answer);
  const workspace = new Workspace();
  workspace.keep('greeting', ...NAMES.map((name) => GREETING_TEXT.replace('Ada', name)));
  workspace.ask('run', 'greeting', '--versions', 'all');
  const server = await startServer(profile, {
    environment: { ...model.environment, OPENAI_MODEL: 'scripted' },
  });
  try {
    const user = await newUser(browser);
    const { folder } = workspace;
    const page = await openWindow(user, server, { folder, file: workspace.path(GREETING) });
    const code = new Workbench(page);
    await code.untilLenses((titles) => titles.some((title) => title.startsWith('v4 of v1–v4')));
    const figures = {};
    for (const [name, measure] of Object.entries(MEASURES)) {
      const all = [];
      for (let time = 0; time <= TIMES; time++) all.push(await measure(code, time));
      figures[name] = all.slice(1); // the first time also loads what the others have
    }
    const [pid] = languageServers(server.pid);
    return { ...figures, memory: residentMb(pid) };
  } finally {
    await server.stop();
    model.stop();
    profile.remove();
    workspace.remove();
  }
}

/** Each measures something once, and leaves the window so that it can be measured again. */
const MEASURES = {
  async palette(code) {
    await code.focusText();
    const { began, seen } = await timed(code.page, LISTED, /\S/, () => code.press('F1'));
    await closeList(code);
    return seen - began;
  },
  async list(code) {
    await code.focusText();
    const open = () => code.lens('current ▾').click();
    const { began, seen } = await timed(code.page, LISTED, /v1/, open);
    await closeList(code);
    return seen - began;
  },
  async enter(code, time) {
    const label = time % 2 ? 'v3' : 'v2';
    await code.clickLens('current ▾');
    await code.pick.until((rows) => rows.length === 4);
    const row = code.pick.box.locator('.monaco-list-row.focused');
    while (!(await row.textContent()).includes(label)) await code.press('ArrowDown');
    await code.untilDrawn();
    const right = new RegExp(`${label} of v1–v4 · current`);
    const { began, seen, texts } = await timed(code.page, LENSES, right, () => code.press('Enter'));
    const flash = texts.find((text) => text.includes('unsaved'));
    if (flash) throw new Error(`a switch flashes: ${flash}`);
    await code.untilSaved('greeting');
    return seen - began;
  },
  async words(code) {
    const took = await run(code);
    await code.untilLenses((titles) => FIGURES.test(titles.join(' ')));
    return took;
  },
  async ends(code) {
    await run(code);
    await code.untilLenses((titles) => titles.includes('◼ Cancel'));
    const [{ seen }, page] = await Promise.all([
      timed(code.page, LENSES, FIGURES, () => {}),
      inPage(code.page, '.run .figures', /Time/),
    ]);
    return { lens: seen - told.end, page: page - told.end };
  },
  async board(code) {
    await code.tab('greeting.prompty').click();
    await code.focusText();
    const began = await pressed(code.page, () => code.lens('▦ Open board').click());
    const drawn = await inPage(code.page, '.cell', /\S/);
    const tab = code.tab('(board)');
    await tab.click({ button: 'middle' });
    await tab.waitFor({ state: 'detached' });
    return drawn - began;
  },
};

const FIGURES = /\d s\b.*▶ Run/;

/** When the model was asked last, began to answer and had ended; each answer has a number. */
const told = { number: 0 };

async function* answer() {
  told.asked = Date.now();
  told.number += 1;
  told.first = Date.now();
  yield `answer${told.number} begins`;
  await pause(REST_MS);
  yield ' and ends.';
  told.end = Date.now();
}

/** Clicks Run, until the first words are there; how long that took, without the model's time. */
async function run(code) {
  const words = new RegExp(`answer${told.number + 1}\\b`);
  await code.tab('greeting.prompty').click();
  await code.focusText();
  const began = await pressed(code.page, () => code.lens('▶ Run').click());
  const seen = await inPage(code.page, '.run .answer', words);
  return seen - began - (told.first - told.asked);
}

async function closeList(code) {
  await code.press('Escape');
  await code.pick.box.waitFor({ state: 'hidden' });
}

function residentMb(pid) {
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(status.match(/VmRSS:\s+(\d+)/)[1]) / 1024;
}
