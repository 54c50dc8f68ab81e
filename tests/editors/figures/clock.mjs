// How long it takes until something is drawn, by the window's own clock: looking from outside, at intervals, is too slow.
import { LIMIT_MS } from '../vscode/browser.mjs';

/** The lines of lenses. */
export const LENSES = '.editor-group-container .codelens-decoration';

/**
 * Does `act` and answers {began, seen, texts}: when its first key or press of the mouse reached the window and when
 * something of `selector` that is visible was drawn whose text fits `pattern`, both in ms since 1970; and all texts
 * that `selector` had meanwhile.
 */
export async function timed(page, selector, pattern, act) {
  await page.evaluate(watch, { selector, source: pattern.source, limitMs: LIMIT_MS });
  await act();
  return page.evaluate(() => window.fourfoldSeen);
}

/** When something of `selector` whose text fits `pattern` is in one of the window's pages, in ms since 1970. */
export async function inPage(page, selector, pattern) {
  const limit = Date.now() + LIMIT_MS;
  const read = (frame) => frame.evaluate(find, { selector, source: pattern.source });
  while (Date.now() < limit) {
    // VS Code writes a page's document after scripts of ours would start, and makes its frame anew.
    const seen = await Promise.all(page.frames().map((frame) => read(frame).catch(() => 0)));
    if (seen.some(Boolean)) return Math.max(...seen);
  }
  throw new Error(`no ${pattern} in ${selector} of any page`);
}

/** Runs in the page. */
function find({ selector, source }) {
  const fits = (element) => new RegExp(source).test(element.textContent);
  return [...document.querySelectorAll(selector)].some(fits) && Date.now();
}

/** When the first key, or press of the mouse, of `act` reached the window, in ms since 1970. */
export async function pressed(page, act) {
  await page.evaluate(notePress);
  await act();
  return page.evaluate(() => window.fourfoldPressed);
}

/** Runs in the window. */
function notePress() {
  window.fourfoldPressed = undefined;
  const note = () => {
    window.fourfoldPressed ??= Date.now();
  };
  for (const kind of ['keydown', 'mousedown']) {
    window.addEventListener(kind, note, { capture: true, once: true });
  }
}

/** As `timed`, for a window that has just opened: when it was drawn, in ms since 1970. */
export async function drawn(page, selector, pattern) {
  await page.evaluate(watch, { selector, source: pattern.source, limitMs: LIMIT_MS });
  const { seen } = await page.evaluate(() => window.fourfoldSeen);
  return seen;
}

/** Runs in the window. */
function watch({ selector, source, limitMs }) {
  const pattern = new RegExp(source);
  const texts = new Set();
  let began;
  const begin = () => {
    began ??= Date.now();
  };
  for (const kind of ['keydown', 'mousedown']) {
    window.addEventListener(kind, begin, { capture: true, once: true });
  }
  window.fourfoldSeen = new Promise((resolve, reject) => {
    const miss = () => reject(new Error(`no ${source} in ${selector}, but ${[...texts]}`));
    setTimeout(miss, limitMs);
    const look = () => {
      for (const element of document.querySelectorAll(selector)) {
        if (!element.checkVisibility()) continue;
        texts.add(element.textContent);
        if (!pattern.test(element.textContent)) continue;
        observer.disconnect();
        requestAnimationFrame(() => resolve({ began, seen: Date.now(), texts: [...texts] }));
        return;
      }
    };
    const observer = new MutationObserver(look);
    const everything = { childList: true, subtree: true, characterData: true, attributes: true };
    observer.observe(document, everything);
    look();
  });
}
