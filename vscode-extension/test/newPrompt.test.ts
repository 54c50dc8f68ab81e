import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Workflow, WorkflowStep } from '../src/protocol';
import { newPrompt } from '../src/workflow/prompt';
import { step } from './shapes';

function workflow(...steps: WorkflowStep[]): Workflow {
  return { name: 'w', status: 'not_started', steps };
}

test('a prompt is made where the others are, with the inputs that it is fed', () => {
  const missing = step('design/review', { uri: null, inputs: { code: 'design', language: null } });
  const uri = 'file:///w/llm/prompts/design.md';
  const made = newPrompt(
    'file:///w',
    workflow(step('design', { uri, steps: [missing] })),
    missing.id,
  );
  assert.equal(made.file, 'file:///w/llm/prompts/design/review.prompty');
  assert.equal(
    made.text,
    `---
name: review
inputs:
  code:
    kind: string
  language:
    kind: string
---
user:
{{ code }}
{{ language }}
`,
  );
});

test('the first prompt of a workspace is made below prompts', () => {
  const made = newPrompt('file:///w', workflow(step('a', { uri: null })), 'a');
  assert.deepEqual(made, {
    file: 'file:///w/prompts/a.prompty',
    text: '---\nname: a\n---\nuser:\n',
  });
});

test('where prompts of other tools lie, theirs are not the place', () => {
  const agents = step('AGENTS', { uri: 'file:///w/AGENTS.md' });
  const form = step('form', { uri: 'file:///w/llm/form.prompt.md' });
  assert.equal(newPrompt('file:///w', workflow(agents), 'a').file, 'file:///w/prompts/a.prompty');
  const both = workflow(agents, form);
  assert.equal(newPrompt('file:///w', both, 'a').file, 'file:///w/llm/a.prompty');
});
