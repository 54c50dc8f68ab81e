/** The runs of a workflow, as rows to choose from: when each was, and what it had that the one before had not. */

import { ago, moment } from '../format';
import type { WorkflowRun } from '../protocol';

export interface Row {
  run: WorkflowRun;
  label: string;
  description: string;
  detail: string;
}

/** `runs` are the newest first. */
export function rows(runs: WorkflowRun[], now: Date = new Date()): Row[] {
  return runs.map((run, at) => ({
    run,
    label: moment(run.started),
    description: [ago(run.started, now), run.status, scope(run), reused(run)]
      .filter(Boolean)
      .join(' · '),
    detail: whatWasOther(run, runs[at + 1]),
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

/** `outline v1 → v2, on gpt-5-mini` against the run before; of the first, the versions. */
function whatWasOther(run: WorkflowRun, before: WorkflowRun | undefined): string {
  if (!before) {
    return run.steps.map(({ step, version }) => `${step} v${version}`).join(', ');
  }
  const old = new Map(before.steps.map(({ step, version }) => [step, version]));
  const versions = run.steps.flatMap(({ step, version }) => {
    const its = old.get(step);
    return its === undefined || its === version ? [] : [`${step} v${its} → v${version}`];
  });
  const names = new Set([...Object.keys(run.inputs), ...Object.keys(before.inputs)]);
  const inputs = [...names].filter(
    (name) => JSON.stringify(run.inputs[name]) !== JSON.stringify(before.inputs[name]),
  );
  const others = [
    ...versions,
    ...inputs.map((name) => `another ${name}`),
    run.model === before.model ? '' : `on ${run.model ?? 'the models of the steps'}`,
  ].filter(Boolean);
  return others.join(', ') || 'the same versions and inputs as the run before';
}
