import assert from 'node:assert/strict';
import { test } from 'node:test';
import { difference, type Span, united } from '../board/diff/diff';

const cut = (text: string, spans: Span[]) => spans.map(({ start, end }) => text.slice(start, end));

function check(old: string, now: string, removed: string[], added: string[]): void {
  const found = difference(old, now);
  assert.deepEqual([cut(old, found.removed), cut(now, found.added)], [removed, added]);
}

/** What is left of both texts without the differences, without spaces. */
function rest(text: string, spans: Span[]): string {
  let [left, at] = ['', 0];
  for (const { start, end } of spans) {
    left += text.slice(at, start);
    at = end;
  }
  return (left + text.slice(at)).replace(/\s+/g, '');
}

test('words that differ are found, whatever stands around them', () => {
  check('', '', [], []);
  check('Hello Ada.', 'Hello Bob.', ['Ada'], ['Bob']);
  check('one two three', 'one three', ['two'], []);
  check('same', 'same ', [], []);
  check('', 'all of it', [], ['all of it']);
  check('Grüße, Ada!', 'Grüße, Bob!', ['Ada'], ['Bob']);
  check('東京は雨', '京都は雨', ['東'], ['都']);
  check('say “yes”', 'say “no”', ['yes'], ['no']);
  check('a 🎉 b', 'a 🎂 b', ['🎉'], ['🎂']);
});

test('a text that was written anew is one difference, not a dozen', () => {
  const old = 'The quick fox jumps over the lazy dog near a river bank today';
  const now = 'Nobody has ever seen the manuscript that was kept in Vienna until now';
  const found = difference(old, now);
  assert.ok(found.removed.length <= 2, JSON.stringify(cut(old, found.removed)));
});

test('without the differences both texts are the same, however they were changed', () => {
  let seed = 7;
  const random = (most: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return seed % most;
  };
  for (let round = 0; round < 300; round++) {
    const vocabulary = 2 + random(60);
    const old = Array.from({ length: random(400) }, () => `w${random(vocabulary)}`);
    const now = [...old];
    for (let change = random(60); change > 0; change--) {
      const at = random(now.length + 1);
      const gone = random(4);
      now.splice(at, gone, ...Array.from({ length: random(4) }, () => `w${random(vocabulary)}`));
    }
    const [left, right] = [old.join(' '), now.join(' ')];
    const found = difference(left, right);
    assert.equal(rest(left, found.removed), rest(right, found.added));
  }
});

const WORDS = 'the quick brown fox jumps over a lazy dog while prompts are compared'.split(' ');

function long(every: number, word: (index: number) => string): string {
  let text = '';
  for (let index = 0; text.length < 1_000_000; index++) {
    text += `${index % every ? word(index) : `changed${index}`} `;
  }
  return text;
}

const inTurn = (index: number) => WORDS[(index * 13 + (index % 5)) % WORDS.length] ?? '';
const anyhow = (index: number) => `w${Math.imul(index, 2_654_435_761) >>> 20}`;

for (const [what, old, now] of [
  ['of few words', long(1e9, inTurn), long(40, inTurn)],
  ['of many words', long(1e9, anyhow), long(40, anyhow)],
  ['with every fourth word changed', long(1e9, anyhow), long(4, anyhow)],
  ['that have nothing in common', long(1e9, inTurn), long(1e9, (index) => `x${index % 5000}`)],
  ['of one character', 'a'.repeat(1_000_000), 'b'.repeat(1_000_000)],
  ['without letters', '! ? '.repeat(250_000), '? ! '.repeat(250_001)],
  ['with a megabyte put in', `${long(1e9, anyhow)}`, `${long(1e9, inTurn)}${long(1e9, anyhow)}`],
] as const) {
  test(`two texts of a megabyte ${what} are compared in time`, () => {
    const times = Array.from({ length: 5 }, () => {
      const began = process.cpuUsage();
      difference(old, now);
      return process.cpuUsage(began).user / 1000; // whatever else the machine does
    });
    assert.ok(Math.min(...times) < 100, `${times} ms`);
  });
}

test('spans that touch are united', () => {
  const spans = united([
    [{ start: 5, end: 8 }],
    [
      { start: 0, end: 2 },
      { start: 7, end: 9 },
    ],
  ]);
  assert.deepEqual(spans, [
    { start: 0, end: 2 },
    { start: 5, end: 9 },
  ]);
});
