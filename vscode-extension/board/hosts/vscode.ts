/** The page in a webview: the extension sends what is shown, and does what is asked. */

import type { RunPage } from '../../src/protocol';
import type { Host } from '../host';

declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  getState(): Record<string, unknown> | undefined;
  setState(state: Record<string, unknown>): void;
};

export function isInVsCode(): boolean {
  return typeof acquireVsCodeApi === 'function';
}

/**
 * The extension sends `{board}`, with `report` where that is an older one, `{page}` where the tab is about one run, or
 * `{asked}` where values are asked for, whenever that is another, with `chosen` where it chooses what is shown; `{told}`
 * for the user; and `{read: {run, page} | {run, sentence}}` as the answer to `{action: 'readRun', run}`.
 */
export function vscodeHost(): Host {
  const api = acquireVsCodeApi();
  const reading = new Map<string, PromiseWithResolvers<RunPage>>();
  const keepPlace = (place: Record<string, unknown>) =>
    api.setState({ ...api.getState(), ...place });
  return {
    follow(show, tell) {
      addEventListener('message', ({ data }) => {
        if (data.board) {
          // With the page's own state, so that a window that is loaded anew knows what it showed.
          keepPlace({ uri: data.board.uri, report: data.report });
          show(data.board, data.chosen);
        } else if (data.page) {
          keepPlace({ uri: data.page.uri, run: data.page.run.id });
          show(data.page);
        } else if (data.asked) {
          show(data.asked);
        } else if (data.told) {
          tell(data.told);
        } else if (data.read) {
          const { run, page, sentence } = data.read;
          const waiting = reading.get(run);
          reading.delete(run);
          if (page) {
            waiting?.resolve(page);
          } else {
            waiting?.reject(new Error(sentence));
          }
        }
      });
      api.postMessage({ action: 'ready' });
    },
    act: (action) => api.postMessage(action),
    readRun(run) {
      const waiting = reading.get(run) ?? Promise.withResolvers<RunPage>();
      reading.set(run, waiting);
      api.postMessage({ action: 'readRun', run });
      return waiting.promise;
    },
    give: (given) => api.postMessage({ action: 'give', given }),
    kept: () => api.getState() ?? {},
    keep: keepPlace,
  };
}
