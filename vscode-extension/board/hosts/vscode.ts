/** The page in a webview: the extension sends boards and does what is asked. */

import type { Host } from '../host';

declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  getState(): Record<string, unknown> | undefined;
  setState(state: Record<string, unknown>): void;
};

export function isInVsCode(): boolean {
  return typeof acquireVsCodeApi === 'function';
}

export function vscodeHost(): Host {
  const api = acquireVsCodeApi();
  return {
    follow(show, tell) {
      addEventListener('message', ({ data }) => {
        if (data.board) {
          // With the page's own state, so that a window that is loaded anew knows what it showed.
          api.setState({ ...api.getState(), uri: data.board.uri });
          show(data.board);
        } else if (data.sentence) {
          tell(data.sentence);
        }
      });
      api.postMessage({ action: 'ready' });
    },
    act: (action) => api.postMessage(action),
    kept: () => api.getState() ?? {},
    keep: (kept) => api.setState({ ...api.getState(), ...kept }),
  };
}
