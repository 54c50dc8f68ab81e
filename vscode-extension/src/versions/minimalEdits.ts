/** One text to another by the lines that differ, so that cursors and scroll positions stay. */

export interface LineEdit {
  /** 0-based, as in LSP; the range is of whole lines, up to the end of the text. */
  start: { line: number; character: number };
  end: { line: number; character: number };
  newText: string;
}

/** Above this many cells, the middle is replaced as a whole. */
const MOST_CELLS = 4_000_000;

export function minimalEdits(before: string, after: string): LineEdit[] {
  const old = lines(before);
  const now = lines(after);
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) {
    head++;
  }
  let tail = 0;
  while (
    tail < old.length - head &&
    tail < now.length - head &&
    old[old.length - 1 - tail] === now[now.length - 1 - tail]
  ) {
    tail++;
  }
  const oldMiddle = old.slice(head, old.length - tail);
  const nowMiddle = now.slice(head, now.length - tail);
  return hunks(oldMiddle, nowMiddle).map(({ from, to, text }) => ({
    start: position(old, head + from),
    end: position(old, head + to),
    newText: text.join(''),
  }));
}

interface Hunk {
  from: number;
  to: number;
  text: string[];
}

function hunks(old: string[], now: string[]): Hunk[] {
  if (old.length === 0 && now.length === 0) {
    return [];
  }
  if (old.length * now.length > MOST_CELLS || old.length === 0 || now.length === 0) {
    return [{ from: 0, to: old.length, text: now }];
  }
  const found: Hunk[] = [];
  let open: Hunk | undefined;
  let [i, j] = [0, 0];
  const common = commonLengths(old, now);
  const width = now.length + 1;
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      open = undefined;
      i++;
      j++;
      continue;
    }
    if (!open) {
      open = { from: i, to: i, text: [] };
      found.push(open);
    }
    const without = i < old.length ? (common[(i + 1) * width + j] ?? 0) : -1;
    const withNew = j < now.length ? (common[i * width + j + 1] ?? 0) : -1;
    if (without >= withNew) {
      i++;
      open.to = i;
    } else {
      open.text.push(now[j] ?? '');
      j++;
    }
  }
  return found;
}

/** How many lines the rests from (i, j) have in common at most, row by row. */
function commonLengths(old: string[], now: string[]): Uint32Array {
  const width = now.length + 1;
  const lengths = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        old[i] === now[j]
          ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0);
    }
  }
  return lengths;
}

function lines(text: string): string[] {
  return text === '' ? [] : text.split(/(?<=\n|\r(?!\n))/);
}

function position(all: string[], index: number): { line: number; character: number } {
  const last = all.at(-1);
  if (index === all.length && last !== undefined && !/[\r\n]$/.test(last)) {
    return { line: all.length - 1, character: last.length };
  }
  return { line: index, character: 0 };
}
