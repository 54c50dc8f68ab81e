// A test of node:test in a Chromium that all tests of a run share, whatever file they are in.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { LIMIT_MS, launchBrowser } from '../vscode/browser.mjs';
import { TRIES, tried } from '../vscode/tries.mjs';
import { writeFile } from './page.mjs';

const SHOTS = path.resolve(import.meta.dirname, '../vscode/shots');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fourfold-board-'));
let browser;

after(async () => {
  await (await browser)?.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

/**
 * Declares a test. `body` gets `open(url, options)`, which opens a page and answers it, `show(board, options)`,
 * which opens a board as a file, `requests`, the addresses that were asked for, and `problems`, what the pages
 * complained of. `options` are those of a browser's context.
 */
export function scenario(name, body, limitMs = 90_000) {
  test(name, { timeout: limitMs * TRIES }, (context) => tried(context, () => act(name, body)));
}

async function act(name, body) {
  browser ??= launchBrowser();
  const contexts = [];
  const pages = [];
  const requests = [];
  const problems = [];
  const open = async (url, options = {}) => {
    const viewport = { width: 1280, height: 800 };
    const context = await (await browser).newContext({
      viewport,
      reducedMotion: 'reduce',
      ...options,
    });
    contexts.push(context);
    context.setDefaultTimeout(LIMIT_MS);
    const page = await context.newPage();
    pages.push(page);
    context.on('request', (request) => requests.push(request.url()));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    await page.goto(url);
    return page;
  };
  const show = async (board, options) => {
    const page = await open(
      writeFile(board, path.join(folder, `${requests.length}.html`)),
      options,
    );
    await page.locator('main').waitFor();
    return page;
  };
  try {
    await body({ open, show, requests, problems, folder });
  } catch (error) {
    fs.mkdirSync(SHOTS, { recursive: true });
    for (const [index, page] of pages.entries()) {
      const file = path.join(SHOTS, `board-${name.replace(/\W+/g, '-')}-${index}.png`);
      await page.screenshot({ path: file }).catch(() => {});
      error.message += `\nscreenshot: ${file}`;
    }
    throw error;
  } finally {
    for (const context of contexts) await context.close();
  }
}
