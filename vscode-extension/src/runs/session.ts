/** What has been run in this window: what goes on, and what it cost. */

import type { RunSummary } from '../protocol';
import { isGoingOn } from './goingOn';

export class Session {
  private readonly runs = new Map<string, RunSummary>();

  /** Takes in the latest state of a run. */
  note(run: RunSummary): void {
    const known = this.runs.get(run.id);
    // An answer may arrive after news of the same run, and a run be taken over by its own step.
    if (!known || isGoingOn(known) || !(isGoingOn(run) || run.cached)) {
      this.runs.set(run.id, run);
    }
  }

  /** Forgets what went on, since the server that did it is gone. */
  interrupt(): void {
    for (const [id, run] of this.runs) {
      if (isGoingOn(run)) {
        this.runs.delete(id);
      }
    }
  }

  get goingOn(): RunSummary[] {
    return [...this.runs.values()].filter(isGoingOn);
  }

  get ended(): number {
    return this.runs.size - this.goingOn.length;
  }

  /** US dollars; responses that were taken over from an earlier run cost nothing. */
  get spentUsd(): number {
    let sum = 0;
    for (const run of this.runs.values()) {
      sum += run.cached ? 0 : (run.costUsd ?? 0);
    }
    return sum;
  }

  /** Whether there are runs whose cost is not known. */
  get hasUnpriced(): boolean {
    return [...this.runs.values()].some(
      (run) => run.status === 'succeeded' && run.costUsd === null,
    );
  }

  get lastModel(): string | undefined {
    return [...this.runs.values()].at(-1)?.model;
  }

  find(id: string): RunSummary | undefined {
    return this.runs.get(id);
  }
}
