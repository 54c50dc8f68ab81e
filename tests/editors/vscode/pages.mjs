// Our pages in a window: the board, the view of a response, the form for inputs.
import { until } from './wait.mjs';

/** The frame of the page that has `selector`. VS Code makes it anew each time it is shown. */
export function pageWith(code, selector) {
  const look = async () => {
    for (const outer of await code.page.locator('iframe.webview.ready').elementHandles()) {
      const inner = await (await outer.contentFrame())?.$('#active-frame');
      const frame = await inner?.contentFrame();
      if (await frame?.locator(selector).count()) return frame;
    }
    return undefined;
  };
  // A frame may go while it is looked at.
  return until(`a page with ${selector}`, () => look().catch(() => undefined), Boolean);
}

export const board = (code) => pageWith(code, '.head[role=columnheader]');

/** Until the view of a response has a text that is accepted; answers it. */
export async function untilResponse(code, accept, limitMs) {
  const look = async () => {
    const frame = await pageWith(code, '.run .answer');
    // biome-ignore lint/performance/useDomNodeTextContent: the lines are meant that one sees
    return (await frame.locator('.run .answer').innerText()).trim();
  };
  return until('the response', () => look().catch(() => ''), accept, limitMs);
}
