/** How the status of a step, a workflow or a run looks, and how it is said. */

import { result } from '../format';
import type { RunStatus, RunSummary, Workflow, WorkflowStatus, WorkflowStep } from '../protocol';
import { isGoingOn } from '../runs/goingOn';
import { walk } from './nodes';

export interface Look {
  /** The name of a codicon. */
  icon: string;
  /** The id of a theme colour. */
  color?: string;
  words: string;
}

const LOOKS: Record<WorkflowStatus | RunStatus, Look> = {
  not_started: { icon: 'circle-large-outline', words: 'not run yet' },
  queued: { icon: 'clock', words: 'waiting' },
  running: { icon: 'loading~spin', words: 'running' },
  succeeded: { icon: 'pass', color: 'testing.iconPassed', words: 'succeeded' },
  failed: { icon: 'error', color: 'testing.iconFailed', words: 'failed' },
  cancelled: { icon: 'circle-slash', color: 'testing.iconSkipped', words: 'cancelled' },
  stale: { icon: 'history', color: 'list.warningForeground', words: 'stale' },
};

export function look(status: WorkflowStatus | RunStatus): Look {
  return LOOKS[status];
}

/** What a run came to; nothing while it goes on, which its icon says. */
export function figures(run: RunSummary | null): string {
  return run && !isGoingOn(run) ? result(run) : '';
}

/** `1.2 s · 340 tokens`, `stale`: what a step's row says of it; nothing while it runs, which its icon says. */
export function inRow({ status, lastRun }: WorkflowStep): string {
  switch (status) {
    case 'not_started':
    case 'running':
      return '';
    case 'succeeded':
      return figures(lastRun);
    default:
      return look(status).words;
  }
}

/** `2 of 6 stale`: how the steps stand that run with a workflow, in a few words; nothing while it runs, which its
 * icon says. */
export function standing({ status, steps }: Workflow): string {
  if (status === 'running') {
    return '';
  }
  const prompts = [...walk(steps)].filter(({ uri }) => uri !== null);
  const named = prompts.filter((step) => step.named);
  const all = named.length > 0 ? named : prompts;
  const alike = all.filter((step) => step.status === status).length;
  const { words } = look(status);
  return alike < all.length && alike > 0 ? `${alike} of ${all.length} ${words}` : words;
}
