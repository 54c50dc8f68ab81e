import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StepRun, Workflow } from '../src/protocol';
import { whatWasDone } from '../src/runs/done';
import { endOf, staleSteps } from '../src/workflow/ended';
import { run, step, workflowRun } from './shapes';

const WORKFLOW: Workflow = {
  name: 'Tales',
  status: 'stale',
  steps: [
    step('hero', { title: 'Hero', steps: [step('hero/city', { title: 'City', stale: true })] }),
    step('tale', { title: 'Tale', stale: true }),
    step('gone', { title: 'Gone', stale: true, uri: null }),
  ],
};

function stepRun(id: string, given: Partial<StepRun> = {}): StepRun {
  const base = { step: id, version: 1, run: `r-${id}`, reused: false, error: null };
  return { ...base, status: 'succeeded', ...given };
}

test('runs say what they came to, also where nothing was asked', () => {
  assert.equal(whatWasDone([]), '');
  assert.equal(whatWasDone([run()]), 'greet v1: 1.2 s · 340 tokens · $0.0004');
  assert.equal(
    whatWasDone([run({ cached: true, costUsd: 0 })]),
    'greet: 1 of 1 answer still holds, nothing asked',
  );
  const cached = [1, 2, 3, 4].map((version) => run({ version, cached: true }));
  assert.equal(whatWasDone(cached), 'greet: 4 of 4 answers still hold, nothing asked');
  assert.equal(
    whatWasDone([
      run(),
      run({ cached: true, costUsd: 0 }),
      run({ status: 'failed', costUsd: null }),
    ]),
    'greet: 2 answers (1 still held), 1 failed · $0.0004',
  );
});

test('a workflow says what it came to', () => {
  const ended = (given: Parameters<typeof workflowRun>[1]) =>
    endOf(workflowRun('w', { name: 'Tales', ...given }), WORKFLOW).sentence;
  const steps = [stepRun('hero'), stepRun('tale', { reused: true })];
  assert.equal(
    ended({ steps }),
    'Tales: 2 steps done, 1 of them with the answer that still holds.',
  );
  const reused = steps.map((one) => ({ ...one, reused: true }));
  assert.equal(ended({ steps: reused }), 'Tales: 2 of 2 answers still hold, nothing asked.');
  const stopped = [stepRun('hero'), stepRun('tale', { status: 'cancelled', run: null })];
  assert.equal(
    ended({ status: 'cancelled', steps: stopped }),
    'Tales was cancelled: 1 of 2 steps done.',
  );
});

test('a workflow that failed says where and why, by the title of the step', () => {
  const failing = stepRun('hero/city', { status: 'failed', error: 'It has no key.' });
  const failed = workflowRun('w', {
    name: 'Tales',
    status: 'failed',
    error: 'hero/city failed: It has no key.',
    steps: [stepRun('hero'), failing, stepRun('tale', { status: 'cancelled' })],
  });
  assert.deepEqual(endOf(failed, WORKFLOW), {
    sentence: 'Tales failed at City: It has no key.',
    failed: failing,
  });
  const unkept = { ...failed, error: 'The disk is full.', steps: [] };
  assert.equal(endOf(unkept, undefined).sentence, 'Tales failed: The disk is full.');
});

test('what is stale is named', () => {
  assert.equal(staleSteps(WORKFLOW), 'City and 1 more are stale: run the workflow');
  assert.equal(staleSteps({ ...WORKFLOW, steps: [step('a', { stale: false })] }), '');
});
