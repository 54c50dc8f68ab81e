import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LineEdit, minimalEdits } from '../src/versions/minimalEdits';

function apply(text: string, edits: LineEdit[]): string {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\n|\r/g)) {
    starts.push(match.index + match[0].length);
  }
  const offset = ({ line, character }: LineEdit['start']) => {
    const start = starts[line];
    assert.ok(start !== undefined, `there is no line ${line}`);
    return start + character;
  };
  return edits.reduceRight(
    (rest, edit) => rest.slice(0, offset(edit.start)) + edit.newText + rest.slice(offset(edit.end)),
    text,
  );
}

const CASES: [string, string][] = [
  ['', ''],
  ['', 'a\n'],
  ['a\n', ''],
  ['a', 'a\nb'],
  ['a\nb', 'a'],
  ['a\n', 'a\nb\n'],
  ['a\nb\nc\n', 'a\nx\nc\n'],
  ['a\nb\nc\nd\ne\n', 'b\nc\nX\nd\n'],
  ['a\r\nb\r\n', 'a\r\nc\r\n'],
  ['a\rb\r', 'a\rc\r'],
  ['one\ntwo', 'two\none'],
  ['same\n', 'same\n'],
];

for (const [before, after] of CASES) {
  test(`${JSON.stringify(before)} becomes ${JSON.stringify(after)}`, () => {
    assert.equal(apply(before, minimalEdits(before, after)), after);
  });
}

test('any text becomes any other', () => {
  let seed = 4;
  const random = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return seed % below;
  };
  const text = () =>
    Array.from(
      { length: random(12) },
      () => 'abcd'.charAt(random(4)) + (random(3) ? '\n' : ''),
    ).join('');
  for (let i = 0; i < 2_000; i++) {
    const [before, after] = [text(), text()];
    assert.equal(
      apply(before, minimalEdits(before, after)),
      after,
      JSON.stringify({ before, after }),
    );
  }
});

test('lines that stay are not touched', () => {
  const edits = minimalEdits('a\nb\nc\nd\n', 'a\nB\nc\nD\n');
  assert.deepEqual(edits, [
    { start: { line: 1, character: 0 }, end: { line: 2, character: 0 }, newText: 'B\n' },
    { start: { line: 3, character: 0 }, end: { line: 4, character: 0 }, newText: 'D\n' },
  ]);
});

test('a long text is replaced from the first to the last difference', () => {
  const old = Array.from({ length: 3_000 }, (_, n) => `old ${n}\n`).join('');
  const now = Array.from({ length: 3_000 }, (_, n) => `now ${n}\n`).join('');
  const edits = minimalEdits(`head\n${old}tail\n`, `head\n${now}tail\n`);
  assert.equal(edits.length, 1);
  assert.equal(edits[0]?.newText, now);
});
