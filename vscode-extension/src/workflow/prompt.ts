/** The prompt of a step that workflow.yaml names and that has none yet. */

import type { Workflow, WorkflowStep } from '../protocol';
import { walk } from '../tree/nodes';

const SUFFIX = /(\.prompt\.ya?ml|(\.(prompt|agent|instructions))?\.md|\.(prompty?|txt|j2|jinja))$/;

export interface NewPrompt {
  /** The URI of its file. */
  file: string;
  text: string;
}

/** Beside the prompts that are there, with the inputs that workflow.yaml feeds. */
export function newPrompt(folder: string, workflow: Workflow, id: string): NewPrompt {
  const steps = [...walk(workflow.steps)];
  const names = Object.keys(steps.find((step) => step.id === id)?.inputs ?? {});
  // Prompts of other tools lie anywhere; one below the folder itself says nothing.
  const below = steps.map(promptsFolder).find((found) => found !== undefined && found !== folder);
  return {
    file: `${below ?? `${folder}/prompts`}/${id}.prompty`,
    text: [
      ...['---', `name: ${id.split('/').at(-1)}`],
      ...(names.length > 0 ? ['inputs:'] : []),
      ...names.flatMap((name) => [`  ${name}:`, '    kind: string']),
      ...['---', 'user:'],
      ...names.map((name) => `{{ ${name} }}`),
      '',
    ].join('\n'),
  };
}

/** Where prompts are, as the URI of a step's prompt says; `step` is what is below it. */
function promptsFolder({ id, uri }: WorkflowStep): string | undefined {
  const stem = uri?.replace(SUFFIX, '');
  return stem?.endsWith(`/${id}`) ? stem.slice(0, -id.length - 1) : undefined;
}
