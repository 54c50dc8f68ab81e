import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figures, inRow, look, standing } from '../src/tree/status';
import { run, step } from './shapes';

test('each status of a step has a look of its own', () => {
  const statuses = ['not_started', 'running', 'succeeded', 'failed', 'cancelled', 'stale'] as const;
  const looks = statuses.map(look);
  assert.equal(new Set(looks.map(({ icon }) => icon)).size, statuses.length);
  assert.equal(new Set(looks.map(({ words }) => words)).size, statuses.length);
});

test('a workflow says how many of its steps are as it is', () => {
  const [stale, succeeded] = [{ status: 'stale' } as const, { status: 'succeeded' } as const];
  const steps = [
    step('a', { ...succeeded, steps: [step('a/b', stale)] }),
    step('c', stale),
    step('without a prompt', { uri: null }),
  ];
  assert.equal(standing({ name: 'w', status: 'stale', steps }), '2 of 3 stale');
  assert.equal(
    standing({ name: 'w', status: 'succeeded', steps: [step('a', succeeded)] }),
    'succeeded',
  );
  assert.equal(standing({ name: 'w', status: 'not_started', steps: [] }), 'not run yet');
});

test('what goes on has an icon, and no words that say it once more', () => {
  const running = run({ status: 'running' });
  const steps = [step('a', { status: 'running', lastRun: running }), step('b')];
  assert.equal(standing({ name: 'w', status: 'running', steps }), '');
  assert.deepEqual(steps.map(inRow), ['', '']);
  assert.deepEqual([null, running, run()].map(figures), ['', '', '1.2 s · 340 tokens · $0.0004']);
});

test('the row of a step says what it came to, or that this counts no more', () => {
  const [done, failed] = [run(), run({ status: 'failed' })];
  const rows = [
    step('a', { status: 'succeeded', lastRun: done }),
    step('b', { status: 'stale', stale: true, lastRun: done }),
    step('c', { status: 'failed', lastRun: failed }),
  ].map(inRow);
  assert.deepEqual(rows, ['1.2 s · 340 tokens · $0.0004', 'stale', 'failed']);
});
