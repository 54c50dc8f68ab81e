import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StepRun } from '../src/protocol';
import { rows } from '../src/workflow/rows';
import { workflowRun } from './shapes';

function stepRun(step: string, version: number, reused: boolean): StepRun {
  return { step, version, run: 'r', status: 'succeeded', reused, error: null };
}

test('a row says when a workflow was run, how far, and with which versions', () => {
  const steps = [stepRun('draft', 2, true), stepRun('final', 5, false)];
  const run = workflowRun('1', { status: 'failed', until: 'final', steps });
  const [row] = rows([run], new Date('2026-01-01T02:00:00.000Z'));
  assert.equal(row?.label, '2 hours ago');
  assert.equal(row?.description, 'failed · to final · 1 of 2 responses used again');
  assert.equal(row?.detail, 'draft v2, final v5');
});

test('a run of everything says no more than how it went', () => {
  const [row] = rows([workflowRun('1')], new Date('2026-01-01T00:00:05.000Z'));
  assert.equal(row?.description, 'succeeded');
});
