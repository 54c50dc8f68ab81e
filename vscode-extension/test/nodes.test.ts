import assert from 'node:assert/strict';
import { test } from 'node:test';
import { belowFolder, belowGroup, stepNodes, walk } from '../src/tree/nodes';
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

test('prompts that do not run with the workflow are a group of their own', () => {
  const below = (...steps: ReturnType<typeof step>[]) =>
    belowFolder({
      kind: 'folder',
      folder: 'file:///w',
      name: 'w',
      workflow: { name: 'Sample', status: 'stale', steps },
    }).map((node) =>
      node.kind === 'group'
        ? `${node.name}: ${node.steps.map(({ id }) => id)}`
        : node.kind === 'step' && node.step,
    );
  const inner = step('d', { named: false, steps: [step('d/e')] });
  const plain = step('c', { named: false });
  assert.deepEqual(below(step('a'), plain, inner), ['Sample: a,d', 'Other prompts: c']);
  assert.deepEqual(below(step('a'), inner), ['a', 'd']);
  assert.deepEqual(below(plain), ['c']);
  assert.deepEqual(below(), []);
});

test('other prompts are grouped by their folders, after those that lie in none', () => {
  const others = ['AGENTS', 'src/chat/basic', '.claude/agents/tester', 'src/chat/sum', 'src/a'];
  const steps = others.map((id) => step(id, { named: false }));
  const group = { kind: 'group', folder: 'file:///w', name: '', named: false, steps } as const;
  assert.deepEqual(
    belowGroup({ ...group, steps: [...steps] }).map((node) =>
      node.kind === 'place'
        ? [node.path, ...node.steps.map(({ id }) => id)]
        : node.kind === 'step' && node.step,
    ),
    [
      'AGENTS',
      ['src/chat', 'src/chat/basic', 'src/chat/sum'],
      ['.claude/agents', '.claude/agents/tester'],
      ['src', 'src/a'],
    ],
  );
});
