import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VersionList } from '../src/protocol';
import { rows } from '../src/versions/rows';
import { run, version } from './shapes';

const LIST: VersionList = {
  step: 'greet',
  uri: 'file:///greet.md',
  current: 2,
  cap: 4,
  versions: [
    version(3, { linesAdded: 1, words: 12 }),
    version(2, { current: true, runs: 2, lastRun: run() }),
    version(1, { runs: 1, lastRun: run({ status: 'failed' }), pinned: true, name: 'short' }),
  ],
  pushedOut: [],
};

test('each row says which, when, what changed, and how it was run', () => {
  const told = rows(LIST, new Date('2026-01-01T00:05:00Z')).map(
    ({ label, description, detail }) => `${label} | ${description} | ${detail}`,
  );
  assert.deepEqual(told, [
    'v3 | 5 minutes ago | +1 line · 12 words (+2) · not run yet',
    'v2 | current · 5 minutes ago | 10 words · 2 runs · last: 1.2 s · 340 tokens · $0.0004',
    'v1 | pinned · “short” · 5 minutes ago | 10 words · 1 run · last: failed',
  ]);
});
