import assert from 'node:assert/strict';
import { test } from 'node:test';
import { look, standing } from '../src/tree/status';
import { step } from './shapes';

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
