/** What the page needs of the home that it stands in: VS Code, a server on loopback, or a file. */

import type { Board, BoardAction, RunPage } from '../src/protocol';

/** What the reader has chosen; kept as long as the home keeps it. */
export type Kept = Record<string, unknown>;

export interface Host {
  /** Has what is shown, and each newer state of it, given to `show`; `tell` gets a sentence for the user. */
  follow(show: (shown: Board | RunPage) => void, tell: (sentence: string) => void): void;
  /** null where the page can only be read. */
  act: ((action: BoardAction) => void) | null;
  /** All that is kept of a run; null where no more can be read than is there. */
  readRun: ((run: string) => Promise<RunPage>) | null;
  kept(): Kept;
  keep(kept: Kept): void;
}
