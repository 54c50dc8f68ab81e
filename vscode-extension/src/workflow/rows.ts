/** The runs of a workflow, as rows to choose from. */

import { ago } from '../format';
import type { WorkflowRun } from '../protocol';

export interface Row {
  run: WorkflowRun;
  label: string;
  description: string;
  detail: string;
}

export function rows(runs: WorkflowRun[], now: Date = new Date()): Row[] {
  return runs.map((run) => ({
    run,
    label: ago(run.started, now),
    description: [run.status, scope(run), reused(run)].filter(Boolean).join(' · '),
    detail: run.steps.map(({ step, version }) => `${step} v${version}`).join(', '),
  }));
}

function scope({ from, until, fresh }: WorkflowRun): string {
  const between = [from ? `from ${from}` : '', until ? `to ${until}` : ''];
  return [...between, fresh ? 'afresh' : ''].filter(Boolean).join(' ');
}

function reused({ steps }: WorkflowRun): string {
  const amount = steps.filter((step) => step.reused).length;
  return amount > 0 ? `${amount} of ${steps.length} responses used again` : '';
}
