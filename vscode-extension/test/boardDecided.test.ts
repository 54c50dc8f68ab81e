import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDecided } from '../board/tests/decided';
import type { TestPair, TestReport } from '../src/protocol';
import { board, version } from './shapes';

type Verdicts = [a: number, b: number, verdict: TestPair['verdict']][];

/** A board of three versions, of which those up to `tested` are in the report. */
function decided(pairs: Verdicts, tested = 3): boolean {
  const arm = (number: number) => ({ version: number, model: 'm' });
  const report = {
    arms: [1, 2, 3].slice(0, tested).map(arm),
    pairs: pairs.map(([a, b, verdict]) => ({ a: arm(a), b: arm(b), verdict })),
  } as TestReport;
  const arms = [1, 2, 3].map((number) => ({ version: version(number), text: '', runs: [] }));
  return isDecided(board({ arms, report }));
}

test('a verdict is whole once nothing is left between those that are not beaten', () => {
  assert.equal(
    decided([
      [1, 2, 'better'],
      [1, 3, 'better'],
      [2, 3, 'undecided'],
    ]),
    false,
  );
  assert.equal(
    decided([
      [1, 3, 'better'],
      [2, 3, 'better'],
      [1, 2, 'undecided'],
    ]),
    true,
  );
  assert.equal(
    decided([
      [2, 1, 'worse'],
      [2, 3, 'equal'],
      [1, 3, 'undecided'],
    ]),
    true,
  );
  assert.equal(
    decided([
      [1, 2, 'equal'],
      [1, 3, 'equal'],
      [2, 3, 'equal'],
    ]),
    true,
  );
});

test('a version that was not tested leaves it open', () => {
  assert.equal(decided([[1, 2, 'better']], 2), false);
  assert.equal(decided([], 3), false);
  assert.equal(isDecided(board()), false);
});
