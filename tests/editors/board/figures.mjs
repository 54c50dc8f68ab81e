// Prints the board's figures as a file in Chromium, medians of 5.   node figures.mjs
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { launchBrowser } from '../vscode/browser.mjs';
import { ROOT } from '../vscode/tools.mjs';
import { matrix, triage } from './boards.mjs';
import { writeFile } from './page.mjs';

const TIMES = 5;
const PAGE = path.join(ROOT, 'server/fourfold/reports/page');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fourfold-figures-'));
const browser = await launchBrowser();
try {
  const four = writeFile(
    { ...triage(), report: null, results: [] },
    path.join(folder, 'four.html'),
  );
  const many = writeFile(matrix(1000, 5), path.join(folder, 'many.html'));
  const sizes = ['board.js', 'board.css'].map((name) => fs.readFileSync(path.join(PAGE, name)));
  const compressed = sizes.reduce((all, text) => all + gzipSync(text).length, 0);
  console.log(`the page, compressed            ${(compressed / 1000).toFixed(0)} kB`);
  console.log(`4 responses, opened → painted   ${await median(() => painted(four))} ms`);
  console.log(`20,000 results, opened → painted ${await median(() => painted(many))} ms`);
  console.log(`20,000 results, a filter        ${await median(() => filtered(many))} ms`);
} finally {
  await browser.close();
  fs.rmSync(folder, { recursive: true, force: true });
}

/** From the start of loading until the headers are drawn, in ms. */
async function painted(url) {
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
async function filtered(url) {
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

async function median(measure) {
  const all = [];
  for (let time = 0; time < TIMES; time++) all.push(await measure());
  return Math.round(all.toSorted((one, other) => one - other)[Math.floor(TIMES / 2)]);
}
