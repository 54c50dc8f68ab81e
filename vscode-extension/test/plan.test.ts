import assert from 'node:assert/strict';
import { test } from 'node:test';
import { swappedTitle, whatIsMissing, withoutResponse } from '../src/compare/plan';
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

test('it is said why versions have no response', () => {
  const failed = (number: number) =>
    version(number, { runs: 1, lastRun: run({ status: 'failed' }) });
  assert.equal(whatIsMissing([version(2)]), 'v2 has no response yet.');
  assert.equal(whatIsMissing([version(2), version(3)]), 'v2 and v3 have no response yet.');
  assert.equal(
    whatIsMissing([version(1), version(2), failed(3), version(4)]),
    'v1, v2 and v4 have no response yet, and the run of v3 did not succeed.',
  );
  assert.equal(whatIsMissing([failed(2), failed(3)]), 'The run of v2 and v3 did not succeed.');
});

test('a title is swapped with its sides', () => {
  assert.equal(swappedTitle('greet: v2 ↔ v10 (response)'), 'greet: v10 ↔ v2 (response)');
});
