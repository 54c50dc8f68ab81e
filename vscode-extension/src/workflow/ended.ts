/** What a run of the workflow came to, in a sentence. */

import { count } from '../format';
import type { StepRun, Workflow, WorkflowRun } from '../protocol';
import { walk } from '../tree/nodes';

export interface Ended {
  sentence: string;
  /** The step that stopped it. */
  failed: StepRun | undefined;
}

export function endOf(run: WorkflowRun, workflow: Workflow | undefined): Ended {
  const titles = new Map([...walk(workflow?.steps ?? [])].map(({ id, title }) => [id, title]));
  const done = run.steps.filter(({ status }) => status === 'succeeded');
  const failed = run.steps.find(({ status }) => status === 'failed');
  if (run.status === 'failed') {
    const where = failed ? ` at ${titles.get(failed.step) ?? failed.step}` : '';
    const why = failed?.error ?? run.error ?? 'see the log';
    return { sentence: `${run.name} failed${where}: ${why}`, failed };
  }
  const held = done.filter(({ reused }) => reused).length;
  const all = count(run.steps.length, 'step');
  if (run.status !== 'succeeded') {
    return { sentence: `${run.name} was ${run.status}: ${done.length} of ${all} done.`, failed };
  }
  const sentence =
    held === run.steps.length
      ? `${run.name}: ${stillHold(held, held)}, nothing asked.`
      : `${run.name}: ${all} done${held > 0 ? `, ${held} of them with the answer that still holds` : ''}.`;
  return { sentence, failed };
}

/** `4 of 4 answers still hold` */
export function stillHold(held: number, all: number): string {
  return `${held} of ${count(all, 'answer')} still ${all === 1 ? 'holds' : 'hold'}`;
}

/** `; Requirement is stale: run the workflow`, where a step is. */
export function staleSteps({ steps }: Workflow): string {
  const stale = [...walk(steps)].filter((step) => step.stale && step.uri !== null);
  const [first, ...more] = stale.map(({ title }) => title);
  if (first === undefined) {
    return '';
  }
  const named = more.length === 0 ? `${first} is` : `${first} and ${more.length} more are`;
  return `${named} stale: run the workflow`;
}
