/** The words of texts as numbers: the same word has the same number in all texts of one table. */

export interface Words {
  ids: Int32Array;
  /** Where each word begins and ends in its text. */
  starts: Int32Array;
  ends: Int32Array;
}

interface Word {
  text: string;
  start: number;
  end: number;
}

/** Numbers words without making a string of each, so that a megabyte takes milliseconds. */
export class WordTable {
  private readonly slots: Int32Array;
  private readonly hashes: Int32Array;
  private readonly first: Word[] = [];

  /** `characters` is the length of all texts together. */
  constructor(characters: number) {
    // Words of one character are 65,536 at most, and longer ones have a space between them.
    const most = Math.min(characters, 65_536) + characters / 3;
    const size = 2 ** Math.ceil(Math.log2(16 + 1.5 * most));
    this.slots = new Int32Array(size);
    this.hashes = new Int32Array(size);
  }

  /** How many different words there are. */
  get size(): number {
    return this.first.length;
  }

  read(text: string): Words {
    const ids = new Int32Array(text.length);
    const starts = new Int32Array(text.length);
    const ends = new Int32Array(text.length);
    let count = 0;
    for (let at = 0; at < text.length; ) {
      const code = text.charCodeAt(at);
      if (isSpace(code)) {
        at++;
        continue;
      }
      const start = at;
      let hash = mixed(0, code);
      at++;
      if (isLetter(code)) {
        while (at < text.length && isLetter(text.charCodeAt(at))) {
          hash = mixed(hash, text.charCodeAt(at));
          at++;
        }
      }
      ids[count] = this.number(text, start, at, hash);
      starts[count] = start;
      ends[count] = at;
      count++;
    }
    return {
      ids: ids.subarray(0, count),
      starts: starts.subarray(0, count),
      ends: ends.subarray(0, count),
    };
  }

  private number(text: string, start: number, end: number, hash: number): number {
    const mask = this.slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const known = this.slots[slot] as number;
      if (known === 0) {
        this.first.push({ text, start, end });
        this.slots[slot] = this.first.length;
        this.hashes[slot] = hash;
        return this.first.length - 1;
      }
      if (this.hashes[slot] === hash && this.isSame(known - 1, text, start, end)) {
        return known - 1;
      }
    }
  }

  private isSame(number: number, text: string, start: number, end: number): boolean {
    const known = this.first[number];
    if (!known || known.end - known.start !== end - start) {
      return false;
    }
    for (let at = start; at < end; at++) {
      if (text.charCodeAt(at) !== known.text.charCodeAt(known.start + at - start)) {
        return false;
      }
    }
    return true;
  }
}

function mixed(hash: number, code: number): number {
  const next = Math.imul(hash ^ code, 0x01000193);
  return next ^ (next >>> 15);
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 0xa0 || code === 0x3000;
}

/** Whether a character goes on with the word before it; every other one is a word of its own, as are the
 * characters of scripts that put no spaces between words. */
function isLetter(code: number): boolean {
  if (code < 0x80) {
    return (
      (code >= 97 && code <= 122) ||
      (code >= 65 && code <= 90) ||
      (code >= 48 && code <= 57) ||
      code === 95
    );
  }
  const alone =
    code === 0xa0 || (code >= 0x2000 && code <= 0x206f) || (code >= 0x3000 && code <= 0x9fff);
  return !(alone || (code >= 0xff00 && code <= 0xffef));
}
