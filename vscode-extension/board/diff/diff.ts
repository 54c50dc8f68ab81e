/** Which parts of two texts differ, as words. */

import { common } from './common';
import { type Words, WordTable } from './words';

/** From one character to another, which is not in it. */
export interface Span {
  start: number;
  end: number;
}

export interface Difference {
  /** What of the old text the new one has not, and the other way round. */
  removed: Span[];
  added: Span[];
}

/** Words in common between two longer changes that are no more than a coincidence. */
const COINCIDENCE = 2;
const LONGER = 3;

export function difference(old: string, now: string): Difference {
  const table = new WordTable(old.length + now.length);
  const [left, right] = [table.read(old), table.read(now)];
  const [keptLeft, keptRight] = common(left.ids, right.ids, table.size);
  dropCoincidences(keptLeft, keptRight);
  return { removed: spans(left, keptLeft), added: spans(right, keptRight) };
}

/** Marks a word or two in the middle of what was written anew as changed too: one mark, not a dozen. */
function dropCoincidences(left: Uint8Array, right: Uint8Array): void {
  let [atLeft, atRight, changed] = [0, 0, 0];
  while (atLeft < left.length || atRight < right.length) {
    const [startLeft, startRight] = [atLeft, atRight];
    while (left[atLeft] && right[atRight]) {
      atLeft++;
      atRight++;
    }
    const same = atLeft - startLeft;
    const [keptLeft, keptRight] = [atLeft, atRight];
    while (atLeft < left.length && !left[atLeft]) {
      atLeft++;
    }
    while (atRight < right.length && !right[atRight]) {
      atRight++;
    }
    const next = atLeft - keptLeft + atRight - keptRight;
    if (same <= COINCIDENCE && changed >= LONGER && next >= LONGER) {
      left.fill(0, startLeft, keptLeft);
      right.fill(0, startRight, keptRight);
    }
    changed = next;
  }
}

function spans(words: Words, kept: Uint8Array): Span[] {
  const found: Span[] = [];
  for (let at = 0; at < kept.length; at++) {
    if (!kept[at]) {
      const first = at;
      while (at + 1 < kept.length && !kept[at + 1]) {
        at++;
      }
      found.push({ start: words.starts[first] as number, end: words.ends[at] as number });
    }
  }
  return found;
}

/** Spans of several lists as one list, in order, where they touch or overlap joined. */
export function united(lists: Span[][]): Span[] {
  const found: Span[] = [];
  for (const span of lists.flat().sort((one, other) => one.start - other.start)) {
    const last = found.at(-1);
    if (last && span.start <= last.end) {
      last.end = Math.max(last.end, span.end);
    } else {
      found.push({ ...span });
    }
  }
  return found;
}
