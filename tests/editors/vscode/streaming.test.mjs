import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { startModel } from './model.mjs';
import { untilResponse } from './pages.mjs';
import { scenario } from './scenario.mjs';
import { GREETING, GREETING_TEXT, Workspace } from './workspace.mjs';

const MOST_RUNS = 12;
const FEWEST_RUNS = 6;
/** On a machine that is busy there are fewer runs, and each is the harder. */
const ENOUGH_MS = 100_000;
const SLOWER = 10;
const SETTLED_MS = 25_000;
const MARKS = ['amber', 'brisk', 'coral', 'dusky', 'eager', 'fable', 'glade'];

/** A text of its own for each run, which fits on the screen: lines of many lengths, some of them alike. */
function answer(run) {
  const lines = Array.from({ length: 18 }, (_, line) => {
    const words = (run * 7 + line * 3) % 5;
    const rest = Array.from({ length: words }, (_, word) => MARKS[(run + line * word) % 7]);
    return [`${run}.${line}`, ...rest].join(' ');
  });
  return lines.join('\n');
}

/** The text in pieces of one to twelve characters, for a second and a half. */
async function* stream(text) {
  let at = 0;
  for (let piece = 0; at < text.length; piece++) {
    const length = 1 + ((piece * 5) % 12);
    yield text.slice(at, at + length);
    at += length;
    await pause(1500 / (text.length / 6));
  }
}

scenario(
  'a response that has streamed in is what its view shows, each time',
  async ({ open, startVsCode }) => {
    let run = 0;
    const model = await startModel(() => stream(answer(++run)));
    try {
      const vscode = await startVsCode({ environment: model.environment });
      const workspace = new Workspace({ [GREETING]: GREETING_TEXT });
      const { code } = await open({ vscode, workspace });
      await code.untilLenses((titles) => titles.includes('▶ Run'));
      await slow(code.page);
      const wrong = [];
      const enough = Date.now() + ENOUGH_MS;
      const goesOn = (count) => count <= FEWEST_RUNS || (count <= MOST_RUNS && Date.now() < enough);
      for (let count = 1; goesOn(count); count++) {
        await code.clickLens('▶ Run');
        const [shown, sent] = await settled(code, answer(count));
        if (words(shown) !== words(sent)) wrong.push({ count, shown, sent });
      }
      assert.deepEqual(wrong, []);
    } finally {
      model.stop();
    }
  },
  360_000,
);

const words = (text) => text.replace(/\s+/g, ' ');

/** As on a machine that is busy, where VS Code takes long over each change of a text. */
async function slow(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
}

/** What the view shows once it is all of the answer, or nothing more is to be expected. */
async function settled(code, sent) {
  let shown = '';
  const all = (text) => {
    shown = text;
    return words(text) === words(sent); // as Markdown, lines are one paragraph
  };
  await untilResponse(code, all, SETTLED_MS).catch(() => {});
  return [shown, sent];
}
