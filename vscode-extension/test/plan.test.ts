import assert from 'node:assert/strict';
import { test } from 'node:test';
import { named, swappedTitle, withoutResponse } from '../src/compare/plan';
import { run, version } from './shapes';

test('a version has no response if it was never run, or only once and in vain', () => {
  const versions = [
    version(1),
    version(2, { runs: 1, lastRun: run() }),
    version(3, { runs: 1, lastRun: run({ status: 'failed' }) }),
    version(4, { runs: 2, lastRun: run({ status: 'failed' }) }),
    version(5, { runs: 1, lastRun: run({ status: 'running' }) }),
  ];
  assert.deepEqual(
    withoutResponse(versions).map(({ number }) => number),
    [1, 3],
  );
});

test('versions are named in a sentence', () => {
  assert.equal(named([version(2)]), 'v2');
  assert.equal(named([version(2), version(3)]), 'v2 and v3');
  assert.equal(named([version(1), version(2), version(3)]), 'v1, v2 and v3');
});

test('a title is swapped with its sides', () => {
  assert.equal(swappedTitle('greet: v2 ↔ v10 (response)'), 'greet: v10 ↔ v2 (response)');
});
