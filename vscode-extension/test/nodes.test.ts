import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stepNodes, walk } from '../src/tree/nodes';
import { step } from './shapes';

const STEPS = [
  step('requirement', { steps: [step('requirement/refine')] }),
  step('design', { steps: [step('design/a', { steps: [step('design/a/b')] })] }),
];

test('every step comes before its sub-steps, in the order of the workflow', () => {
  assert.deepEqual(
    [...walk(STEPS)].map(({ id }) => id),
    ['requirement', 'requirement/refine', 'design', 'design/a', 'design/a/b'],
  );
});

test('a node of a step says what commands about it want to know', () => {
  const [node] = stepNodes('file:///w', [step('a/b', { uri: null })]);
  assert.deepEqual([node?.folder, node?.step, node?.uri], ['file:///w', 'a/b', null]);
});
