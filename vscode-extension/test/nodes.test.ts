import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Step } from '../src/protocol';
import { nest, type StepNode } from '../src/tree/nodes';

function steps(...ids: string[]): Step[] {
  return ids.map((step) => ({
    step,
    title: step,
    uri: `file:///${step}`,
    current: 1,
    versions: 1,
    lastRun: null,
  }));
}

function outline(nodes: StepNode[]): unknown[] {
  return nodes.map(({ step, steps: below }) =>
    below.length > 0 ? [step.step, ...outline(below)] : step.step,
  );
}

test('sub-steps stand below their step, in the order given', () => {
  const nodes = nest(
    steps('requirement', 'requirement/refine', 'design', 'design/a', 'design/a/b'),
  );
  assert.deepEqual(outline(nodes), [
    ['requirement', 'requirement/refine'],
    ['design', ['design/a', 'design/a/b']],
  ]);
});

test('a step whose parent has no prompt stands below the next one up, or at the top', () => {
  assert.deepEqual(outline(nest(steps('folder/x', 'a', 'a/b/c'))), ['folder/x', ['a', 'a/b/c']]);
});
