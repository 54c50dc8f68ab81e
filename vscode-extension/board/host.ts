/** What the page needs of the home that it stands in: VS Code, a server on loopback, or a file. */

import type { Board } from '../src/protocol';

export type Action =
  | { action: 'run'; versions: number[] }
  | { action: 'cancel'; runs: string[] }
  | { action: 'makeCurrent'; version: number }
  | { action: 'rate'; run: string; rating: -1 | 0 | 1; note: string };

/** What the reader has chosen; kept as long as the home keeps it. */
export type Kept = Record<string, unknown>;

export interface Host {
  /** Has the board, and each newer one, given to `show`; `tell` gets a sentence for the user. */
  follow(show: (board: Board) => void, tell: (sentence: string) => void): void;
  /** null where the page can only be read. */
  act: ((action: Action) => void) | null;
  kept(): Kept;
  keep(kept: Kept): void;
}
