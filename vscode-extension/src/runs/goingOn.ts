import type { RunSummary } from '../protocol';

export function isGoingOn(run: RunSummary | null): boolean {
  return run !== null && (run.status === 'queued' || run.status === 'running');
}
