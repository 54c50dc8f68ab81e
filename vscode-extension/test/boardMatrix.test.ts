import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Filter, filtered, matrixOf, NO_FILTER, passes } from '../board/tests/matrix';
import type { Board, BoardResult, Score } from '../src/protocol';
import { arm, board as boardOf, report } from './shapes';

const score = (passed: boolean | null, metric: string | null = null): Score => ({
  run: 'r',
  assertion: { type: 'contains', not: false, value: 'x', metric },
  passed,
  score: passed === null ? null : Number(passed),
  reason: '',
  costUsd: null,
});

function result(version: number, test: string, ...scores: Score[]): BoardResult {
  return {
    run: `${version} ${test}`,
    test,
    version,
    model: 'm',
    repeat: 1,
    status: scores.length > 0 ? 'succeeded' : 'failed',
    error: null,
    truncated: false,
    by: null,
    response: `Answer of v${version} to ${test}`,
    scores,
  };
}

function board(...results: BoardResult[]): Board {
  return boardOf({ results });
}

const GIVEN = board(
  result(1, 'both', score(true, 'tone')),
  result(2, 'both', score(true, 'tone')),
  result(1, 'lost', score(true)),
  result(2, 'lost', score(false)),
  result(1, 'gained', score(false)),
  result(2, 'gained', score(true)),
  result(1, 'gone', score(true)),
  result(2, 'gone'),
);

function shown(filter: Partial<Filter>, base = 0): string[] {
  const wanted = { ...NO_FILTER, ...filter };
  return filtered(matrixOf(GIVEN, wanted.metric), wanted, base).map(({ name }) => name);
}

test('a filter leaves the tests that it names', () => {
  assert.deepEqual(shown({}), ['both', 'lost', 'gained', 'gone']);
  assert.deepEqual(shown({ shown: 'differing' }), ['lost', 'gained', 'gone']);
  assert.deepEqual(shown({ shown: 'regressions' }), ['lost']);
  assert.deepEqual(shown({ shown: 'regressions' }, 1), ['gained']);
  assert.deepEqual(shown({ shown: 'failed' }), ['lost', 'gained']);
  assert.deepEqual(shown({ shown: 'missing' }), ['gone']);
  assert.deepEqual(shown({ text: 'V2 TO LOST' }), ['lost']);
  assert.deepEqual(shown({ byRegression: true })[0], 'lost');
  assert.deepEqual(matrixOf(GIVEN).metrics, ['tone']);
  assert.deepEqual(shown({ metric: 'tone', shown: 'missing' }), ['lost', 'gained', 'gone']);
});

test('a result passes what is asserted of it, as far as that could be judged', () => {
  assert.equal(passes(result(1, 't', score(true), score(false))), false);
  assert.equal(passes(result(1, 't', score(true), score(null))), null);
  assert.equal(passes(result(1, 't', score(true, 'a'), score(false, 'b')), 'a'), true);
  assert.equal(passes(result(1, 't')), null);
});

test('what the report counts is not counted again by what is said of an answer that tests share', () => {
  const shared = { ...result(1, 'both'), status: 'succeeded' as const };
  const counted = { version: 1, model: 'm', runs: 1, passed: 1, score: 1, missing: 0 };
  const given = boardOf({
    results: [shared],
    report: report([arm(1)], [{ name: 'both', arms: [{ ...counted, run: 'r', reason: null }] }]),
  });
  const [{ cells: [cell] = [] } = {}] = matrixOf(given).rows;
  assert.deepEqual([cell?.runs, cell?.passed, cell?.missing], [1, 1, 0]);
  assert.equal(cell?.results[0]?.response, shared.response);
});
