/** What the page needs of the home that it stands in: VS Code, a server on loopback, or a file. */

import type { Board, BoardAction, RunPage } from '../src/protocol';
import type { AskedInputs, GivenInputs } from '../src/runs/askedInputs';

/** What the reader has chosen; kept as long as the home keeps it. */
export type Kept = Record<string, unknown>;

export type Shown = Board | RunPage | AskedInputs;

/** A sentence for the user, and the inputs that a run lacked a value for. */
export interface Told {
  sentence: string;
  missing: string[];
}

export interface Host {
  /** Has what is shown, and each newer state of it, given to `show`, with what the home has the page choose; and
   * what the user is to be told to `tell`. */
  follow(show: (shown: Shown, chosen?: Kept) => void, tell: (told: Told) => void): void;
  /** null where the page can only be read. */
  act: ((action: BoardAction) => void) | null;
  /** All that is kept of a run; null where no more can be read than is there. */
  readRun: ((run: string) => Promise<RunPage>) | null;
  /** Takes the values that were asked for; null where the user gives up. */
  give: ((given: GivenInputs | null) => void) | null;
  kept(): Kept;
  keep(kept: Kept): void;
}
