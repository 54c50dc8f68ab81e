import assert from 'node:assert/strict';
import { test } from 'node:test';
import { best, choices, columns, without } from '../board/columns';
import type { Board, BoardArm, BoardRun } from '../src/protocol';
import { board as boardOf, run, version } from './shapes';

const answer = (given: Partial<BoardRun> = {}): BoardRun => ({
  ...run(given),
  response: 'Hi',
  inputs: {},
  ratings: [],
  ...given,
});

function arm(number: number, ...runs: BoardRun[]): BoardArm {
  return { version: version(number), text: `${number}`, runs };
}

function board(...arms: BoardArm[]): Board {
  return boardOf({ arms });
}

const keys = (given: Board, grouping = 'versions') =>
  columns(given, grouping).map(({ key }) => key);

test('columns are versions, the older ones left', () => {
  const given = board(arm(1, answer()), arm(2, answer()), arm(3));
  assert.deepEqual(keys(given), ['v1', 'v2', 'v3']);
  assert.equal(columns(given, 'versions')[2]?.run, null);
});

test('of one version its runs stand side by side, or its models', () => {
  const runs = [
    answer({ id: 'c', model: 'large' }),
    answer({ id: 'b', model: 'small' }),
    answer({ id: 'a', model: 'small' }),
  ];
  const given = board(arm(1, ...runs), arm(2));
  assert.deepEqual(
    choices(given).map(({ value }) => value),
    ['versions', 'runs 1', 'models 1'],
  );
  assert.deepEqual(keys(given, 'runs 1'), ['a', 'b', 'c']);
  assert.deepEqual(keys(given, 'models 1'), ['b', 'c']);
  assert.deepEqual(keys(given, 'runs 7'), ['v1', 'v2']);
  // There is nothing else to compare.
  assert.deepEqual(keys(board(arm(1, ...runs))), ['a', 'b', 'c']);
  assert.deepEqual(keys(board(arm(1))), ['v1']);
});

test('the run that goes on speaks for a version, else the newest whole one, which is then older', () => {
  const failed = answer({ id: 'new', status: 'failed', response: '' });
  const whole = answer({ id: 'old' });
  const [column] = columns(board(arm(1, failed, whole), arm(2)), 'versions');
  assert.deepEqual([column?.run?.id, column?.newer?.id], ['old', 'new']);
  const going = answer({ id: 'new', status: 'running', response: 'H' });
  const [live] = columns(board(arm(1, going, whole), arm(2)), 'versions');
  assert.deepEqual([live?.run?.id, live?.newer], ['new', null]);
  const partly = answer({ id: 'part', status: 'cancelled', response: 'H' });
  const [part] = columns(board(arm(1, failed, partly), arm(2)), 'versions');
  assert.equal(part?.run?.id, 'part');
});

test('the best of a figure is marked where one is better than another', () => {
  const given = (...times: (number | null)[]) =>
    columns(
      board(...times.map((durationMs, at) => arm(at + 1, answer({ durationMs })))),
      'versions',
    );
  assert.equal(best(given(3, 1, 2), 'durationMs'), 1);
  assert.equal(best(given(3, null), 'durationMs'), null);
  assert.equal(best(given(3, 3), 'durationMs'), null);
  assert.equal(best([], 'rate'), null);
  const failed = columns(board(arm(1, answer({ status: 'failed' })), arm(2, answer())), 'versions');
  assert.equal(best(failed, 'durationMs'), null);
});

test('half an answer is no faster one', () => {
  const cut = answer({ durationMs: 10, truncated: true });
  const all = columns(
    board(arm(1, cut), arm(2, answer({ durationMs: 20 })), arm(3, answer({ durationMs: 30 }))),
    'versions',
  );
  assert.equal(best(all, 'durationMs'), 20);
});

test('some of the versions stand side by side, as long as they are kept', () => {
  const given = board(arm(1), arm(2, answer()), arm(3), arm(4));
  assert.deepEqual(keys(given, 'versions 2 4'), ['v2', 'v4']);
  assert.equal(without(columns(given, 'versions'), 'v3'), 'versions 1 2 4');
  assert.deepEqual(
    choices(given, 'versions 2 4').map(({ label }) => label),
    ['Versions', 'v2, v4'],
  );
  // One that was pushed out leaves one, which is compared with nothing.
  assert.deepEqual(keys(given, 'versions 4 9'), ['v1', 'v2', 'v3', 'v4']);
  assert.deepEqual(keys(given, 'versions 1 2 4 9'), ['v1', 'v2', 'v4']);
});
