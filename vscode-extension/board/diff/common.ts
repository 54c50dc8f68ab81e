/** A common subsequence of two long sequences of numbers, in time that grows with their length alone. */

/** Edits that are looked ahead at once; a longer way is gone in several such walks. */
const REACH = 100;
const DEEPEST = 6;

/** Which items of `a` and of `b` are common to both: 1 for each that is. `kinds` is how many numbers there are. */
export function common(a: Int32Array, b: Int32Array, kinds: number): [Uint8Array, Uint8Array] {
  const [placesA, placesB] = [shared(a, b, kinds), shared(b, a, kinds)];
  const at = (items: Int32Array) => (place: number) => items[place] as number;
  const search = new Search(placesA.map(at(a)), placesB.map(at(b)), kinds);
  search.between(0, placesA.length, 0, placesB.length, 0);
  const keptA = new Uint8Array(a.length);
  const keptB = new Uint8Array(b.length);
  placesA.forEach((place, index) => {
    keptA[place] = search.keptA[index] as number;
  });
  placesB.forEach((place, index) => {
    keptB[place] = search.keptB[index] as number;
  });
  return [keptA, keptB];
}

/** Where in `items` those stand that `others` have too. */
function shared(items: Int32Array, others: Int32Array, kinds: number): Int32Array {
  const known = new Uint8Array(kinds);
  for (const item of others) {
    known[item] = 1;
  }
  const places = new Int32Array(items.length);
  let count = 0;
  items.forEach((item, place) => {
    if (known[item]) {
      places[count++] = place;
    }
  });
  return places.subarray(0, count);
}

class Search {
  readonly keptA: Uint8Array;
  readonly keptB: Uint8Array;
  private readonly timesA: Int32Array;
  private readonly timesB: Int32Array;
  private readonly placeInB: Int32Array;
  private readonly trail = new Int32Array((REACH + 1) * (2 * REACH + 2));

  constructor(
    private readonly a: Int32Array,
    private readonly b: Int32Array,
    kinds: number,
  ) {
    this.keptA = new Uint8Array(a.length);
    this.keptB = new Uint8Array(b.length);
    this.timesA = new Int32Array(kinds);
    this.timesB = new Int32Array(kinds);
    this.placeInB = new Int32Array(kinds);
  }

  /** Compares a part of `a` with a part of `b`: what stands once in both parts it in smaller ones. */
  between(startA: number, endA: number, startB: number, endB: number, depth: number): void {
    const { a, b } = this;
    let [fromA, toA, fromB, toB] = [startA, endA, startB, endB];
    while (fromA < toA && fromB < toB && a[fromA] === b[fromB]) {
      this.keep(fromA++, fromB++);
    }
    while (fromA < toA && fromB < toB && a[toA - 1] === b[toB - 1]) {
      this.keep(--toA, --toB);
    }
    if (fromA === toA || fromB === toB) {
      return;
    }
    const anchors = depth < DEEPEST ? this.anchors(fromA, toA, fromB, toB) : [];
    if (anchors.length === 0) {
      this.walk(fromA, toA, fromB, toB);
      return;
    }
    for (const [atA, atB] of anchors) {
      this.between(fromA, atA, fromB, atB, depth + 1);
      this.keep(atA, atB);
      [fromA, fromB] = [atA + 1, atB + 1];
    }
    this.between(fromA, toA, fromB, toB, depth + 1);
  }

  private keep(atA: number, atB: number): void {
    this.keptA[atA] = 1;
    this.keptB[atB] = 1;
  }

  /** Items that stand once in both parts, and in the same order there: the longest such row of them. */
  private anchors(fromA: number, toA: number, fromB: number, toB: number): [number, number][] {
    const { a, b, timesA, timesB, placeInB } = this;
    for (let at = fromA; at < toA; at++) {
      timesA[a[at] as number] = (timesA[a[at] as number] as number) + 1;
    }
    for (let at = fromB; at < toB; at++) {
      timesB[b[at] as number] = (timesB[b[at] as number] as number) + 1;
      placeInB[b[at] as number] = at;
    }
    const pairs: [number, number][] = [];
    for (let at = fromA; at < toA; at++) {
      const item = a[at] as number;
      if (timesA[item] === 1 && timesB[item] === 1) {
        pairs.push([at, placeInB[item] as number]);
      }
    }
    for (let at = fromA; at < toA; at++) {
      timesA[a[at] as number] = 0;
    }
    for (let at = fromB; at < toB; at++) {
      timesB[b[at] as number] = 0;
    }
    return longestRising(pairs);
  }

  /** Myers' greedy walk, REACH edits at a time: from where that has come furthest the next begins. */
  private walk(startA: number, toA: number, startB: number, toB: number): void {
    let [fromA, fromB] = [startA, startB];
    while (fromA < toA && fromB < toB) {
      const [stepA, stepB] = this.stride(fromA, toA, fromB, toB);
      fromA += stepA;
      fromB += stepB;
    }
  }

  private stride(fromA: number, toA: number, fromB: number, toB: number): [number, number] {
    const { a, b, trail } = this;
    const width = 2 * REACH + 2;
    const [lengthA, lengthB] = [toA - fromA, toB - fromB];
    const most = Math.min(REACH, lengthA + lengthB);
    let last = 0;
    let [bestDiagonal, bestSum] = [0, -1];
    search: for (let edits = 0; edits <= most; edits++) {
      const [row, before] = [edits * width + REACH, (edits - 1) * width + REACH];
      last = edits;
      bestSum = -1;
      for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
        let x = 0;
        if (edits > 0) {
          const down =
            diagonal === -edits ||
            (diagonal !== edits &&
              (trail[before + diagonal - 1] as number) < (trail[before + diagonal + 1] as number));
          x = down
            ? (trail[before + diagonal + 1] as number)
            : (trail[before + diagonal - 1] as number) + 1;
        }
        let y = x - diagonal;
        while (x < lengthA && y < lengthB && a[fromA + x] === b[fromB + y]) {
          x++;
          y++;
        }
        trail[row + diagonal] = x;
        if (x <= lengthA && y <= lengthB && x + y > bestSum) {
          [bestDiagonal, bestSum] = [diagonal, x + y];
        }
        if (x >= lengthA && y >= lengthB) {
          break search;
        }
      }
    }
    const reached = trail[last * width + REACH + bestDiagonal] as number;
    this.keepTrail(fromA, fromB, last, bestDiagonal);
    return [reached, reached - bestDiagonal];
  }

  /** Keeps what was equal on the way to where a stride has ended. */
  private keepTrail(fromA: number, fromB: number, edits: number, end: number): void {
    const width = 2 * REACH + 2;
    let diagonal = end;
    for (let edit = edits; edit >= 0; edit--) {
      const before = (edit - 1) * width + REACH;
      let x = this.trail[edit * width + REACH + diagonal] as number;
      let [came, start] = [diagonal, 0];
      if (edit > 0) {
        const down =
          diagonal === -edit ||
          (diagonal !== edit &&
            (this.trail[before + diagonal - 1] as number) <
              (this.trail[before + diagonal + 1] as number));
        came = down ? diagonal + 1 : diagonal - 1;
        start = (this.trail[before + came] as number) + (down ? 0 : 1);
      }
      while (x > start) {
        x--;
        this.keep(fromA + x, fromB + x - diagonal);
      }
      diagonal = came;
    }
  }
}

function longestRising(pairs: [number, number][]): [number, number][] {
  const piles: number[] = [];
  const before = new Int32Array(pairs.length);
  pairs.forEach(([, place], index) => {
    let [low, high] = [0, piles.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const top = pairs[piles[middle] as number] as [number, number];
      if (top[1] < place) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    before[index] = low > 0 ? (piles[low - 1] as number) : -1;
    piles[low] = index;
  });
  const found: [number, number][] = [];
  for (let at = piles.at(-1) ?? -1; at >= 0; at = before[at] as number) {
    found.push(pairs[at] as [number, number]);
  }
  return found.reverse();
}
