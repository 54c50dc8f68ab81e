// The board as a file in Chromium.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { matrix, triage } from '../board/boards.mjs';
import { writeFile } from '../board/page.mjs';
import { ROOT } from '../vscode/tools.mjs';
import { TIMES } from './table.mjs';

const PAGE = path.join(ROOT, 'server/fourfold/reports/page');

/** {four, many, filter} in ms, several times; and `page`, the size of the page in kB, compressed. */
export async function boards(browser) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fourfold-figures-'));
  try {
    const file = (name, board) => writeFile(board, path.join(folder, name));
    const four = file('four.html', { ...triage(), report: null, results: [] });
    const many = file('many.html', matrix(1000, 5));
    const sizes = ['board.js', 'board.css'].map((name) => fs.readFileSync(path.join(PAGE, name)));
    return {
      four: await several(() => painted(browser, four)),
      many: await several(() => painted(browser, many)),
      filter: await several(() => filtered(browser, many)),
      page: sizes.reduce((all, text) => all + gzipSync(text).length, 0) / 1000,
    };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function several(measure) {
  const all = [];
  for (let time = 0; time < TIMES; time++) all.push(await measure());
  return all;
}

/** From the start of loading until the headers are drawn, in ms. */
async function painted(browser, url) {
  const page = await browser.newPage();
  await page.addInitScript(() => {
    window.drawn = new Promise((resolve) => {
      new MutationObserver((_, observer) => {
        if (document.querySelector('.cell')) {
          observer.disconnect();
          requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
        }
      }).observe(document, { childList: true, subtree: true });
    });
  });
  await page.goto(url);
  const took = await page.evaluate(() => window.drawn);
  await page.close();
  return took;
}

/** From the choice of a filter until its rows are drawn, in ms. */
async function filtered(browser, url) {
  const page = await browser.newPage();
  await page.goto(url);
  await page.locator('.head').first().waitFor();
  await page.keyboard.press('t');
  await page.locator('.tests select').first().waitFor();
  const took = await page.evaluate(async () => {
    const select = document.querySelector('.tests select');
    const began = performance.now();
    select.value = 'regressions';
    select.dispatchEvent(new Event('change', { bubbles: true }));
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    return performance.now() - began;
  });
  await page.close();
  return took;
}
