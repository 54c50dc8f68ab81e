import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VersionList } from '../src/protocol';
import { pairOf } from '../src/versions/pair';
import { line, rate, rateInShort, rows } from '../src/versions/rows';
import { arm, report, run, version } from './shapes';

const LIST: VersionList = {
  step: 'greet',
  uri: 'file:///greet.md',
  current: 2,
  cap: 4,
  versions: [
    version(3, { linesAdded: 1, change: '+ "Never mention frameworks."' }),
    version(2, { current: true, runs: 2, lastRun: run(), good: 2, bad: 1 }),
    version(1, { runs: 1, lastRun: run({ status: 'failed' }), pinned: true, name: 'short' }),
  ],
  pushedOut: [],
};

const NOW = new Date('2026-01-01T00:05:00Z');

test('each row says which, when, what changed, and how it was run', () => {
  assert.deepEqual(
    rows(LIST, NOW).map((row) => `${row.label} | ${row.description} | ${row.detail}`),
    [
      'v3 | + "Never mention frameworks." · 5 minutes ago | +1 line · not run yet',
      'v2 | current · 5 minutes ago | 👍 2 👎 1 · 2 runs · last: 1.2 s · 340 tokens · $0.0004',
      'v1 | pinned · “short” · the first text · 5 minutes ago | 1 run · last: failed',
    ],
  );
});

test('a line says the same, and the rate in the tests', () => {
  const tested = report([arm(3, { rate: 0.906, interval: [0.84, 0.961] }), arm(1)]);
  assert.deepEqual(
    LIST.versions.map((one) => line(one, tested, NOW)),
    [
      'v3 · + "Never mention frameworks." · 91 % · not run yet · 5 minutes ago',
      'v2 · current · 👍 2 👎 1 · 1.2 s · 340 tokens · $0.0004 · 5 minutes ago',
      'v1 · pinned · “short” · the first text · failed · 5 minutes ago',
    ],
  );
  assert.equal(rate(version(3), tested), '91 % of tests (84–96)');
});

test('on several models a rate says on which', () => {
  const tested = report([arm(3, { rate: 1 }), arm(3, { rate: 0, model: 'n' })]);
  assert.equal(rate(version(3), tested), '100 % of tests (0–100) on m, 0 % of tests (0–100) on n');
  assert.equal(rateInShort(version(3), tested), '100 % / 0 %');
});

test('a rate of another person says whose it is, and when it was found', () => {
  const tested = { ...report([arm(3, { rate: 1 })]), by: 'ann' };
  const said = rate(version(3), tested, new Date('2026-01-01T05:00:00Z'));
  assert.equal(said, '100 % of tests (0–100) by ann, 5 hours ago');
});

test('what is shown beside a row is what its words are about', () => {
  const [v3, , v1] = LIST.versions;
  assert.ok(v3 && v1);
  const { older, newer, title } = pairOf(LIST, v3);
  assert.deepEqual([older?.number, newer.number, title], [2, 3, 'greet: v2 (current) ↔ v3']);
  assert.deepEqual(pairOf(LIST, v1).title, 'greet: v1');
  const gone = version(5, { parent: 4 });
  assert.equal(pairOf(LIST, gone).older, undefined);
});
