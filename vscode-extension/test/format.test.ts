import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ago, changes, duration, money, result } from '../src/format';
import { run, version } from './shapes';

const NOW = new Date('2026-01-15T12:00:00Z');

for (const [moment, expected] of [
  ['2026-01-15T11:59:30Z', 'just now'],
  ['2026-01-15T12:00:05Z', 'just now'],
  ['2026-01-15T11:58:59Z', '1 minute ago'],
  ['2026-01-15T11:01:00Z', '59 minutes ago'],
  ['2026-01-15T10:00:00Z', '2 hours ago'],
  ['2026-01-12T12:00:00Z', '3 days ago'],
  ['2025-12-25T12:00:00Z', '3 weeks ago'],
] as const) {
  test(`${moment} is ${expected}`, () => assert.equal(ago(moment, NOW), expected));
}

for (const [usd, expected] of [
  [0, '$0'],
  [0.000012, '<$0.0001'],
  [0.0004, '$0.0004'],
  [0.5, '$0.5000'],
  [12.345, '$12.35'],
] as const) {
  test(`${usd} dollars are ${expected}`, () => assert.equal(money(usd), expected));
}

test('durations', () => {
  assert.equal(duration(1_234), '1.2 s');
  assert.equal(duration(12_340), '12.3 s');
  assert.equal(duration(40), '0.04 s');
  assert.equal(duration(59_700), '1 min 0 s');
  assert.equal(duration(83_000), '1 min 23 s');
});

test('a run is told by its figures, or by how it stands', () => {
  assert.equal(result(run()), '1.2 s · 340 tokens · $0.0004');
  assert.equal(result(run({ costUsd: null, outputTokens: 1 })), '1.2 s · 1 token');
  assert.equal(result(run({ durationMs: null, outputTokens: null, costUsd: null })), 'done');
  assert.equal(
    result(run({ truncated: true })),
    '1.2 s · 340 tokens · $0.0004 · cut off at the limit of tokens',
  );
  assert.equal(
    result(run({ tries: [run({ status: 'failed' })] })),
    '1.2 s · 340 tokens · $0.0004 · 1 response before it did not fit',
  );
  assert.equal(result(run({ status: 'queued' })), 'waiting');
  assert.equal(result(run({ status: 'failed' })), 'failed');
});

test('what a version changed', () => {
  assert.equal(changes(version(2, { linesAdded: 3, linesRemoved: 1 })), '+3 −1 lines · 10 words');
  assert.equal(changes(version(2, { linesAdded: 1, words: 8 })), '+1 line · 8 words');
  assert.equal(changes(version(2, { linesRemoved: 2, words: 5 })), '−2 lines · 5 words');
  assert.equal(changes(version(1, { words: 8 })), '8 words');
});
