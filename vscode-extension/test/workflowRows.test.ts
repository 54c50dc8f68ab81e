import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moment } from '../src/format';
import type { StepRun } from '../src/protocol';
import { rows } from '../src/workflow/rows';
import { workflowRun } from './shapes';

function stepRun(step: string, version: number, reused = false): StepRun {
  return { step, version, run: 'r', status: 'succeeded', reused, error: null };
}

test('a row says when a workflow was run, how far, and with which versions', () => {
  const steps = [stepRun('draft', 2, true), stepRun('final', 5)];
  const run = workflowRun('1', { status: 'failed', until: 'final', steps });
  const [row] = rows([run], new Date('2026-01-01T02:00:00.000Z'));
  assert.equal(row?.label, moment(run.started));
  assert.equal(row?.description, '2 hours ago · failed · to final · 1 of 2 responses used again');
  assert.equal(row?.detail, 'draft v2, final v5');
});

test('a run of everything says no more than how it went', () => {
  const [row] = rows([workflowRun('1')], new Date('2026-01-01T00:00:05.000Z'));
  assert.equal(row?.description, 'just now · succeeded');
});

test('a later run says what was other than in the one before', () => {
  const first = workflowRun('1', { steps: [stepRun('draft', 1), stepRun('final', 5)] });
  const other = workflowRun('2', {
    steps: [stepRun('draft', 2), stepRun('final', 5), stepRun('more', 1)],
    inputs: { 'draft.place': 'Porto' },
    model: 'large',
  });
  const again = { ...other, id: '3' };
  assert.deepEqual(
    rows([again, other, first]).map(({ detail }) => detail),
    [
      'the same versions and inputs as the run before',
      'draft v1 → v2, another draft.place, on large',
      'draft v1, final v5',
    ],
  );
});
