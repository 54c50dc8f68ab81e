/** What runs have come to, in a sentence. */

import { count, money, result } from '../format';
import type { RunSummary } from '../protocol';
import { stillHold } from '../workflow/ended';

/** `greet v3: 1.2 s · 340 tokens`, `greet: 3 answers, 1 failed · $0.0012`; empty without any. */
export function whatWasDone(runs: readonly RunSummary[]): string {
  const [first] = runs;
  if (!first) {
    return '';
  }
  const held = runs.filter(({ cached }) => cached).length;
  if (held === runs.length) {
    return `${first.step}: ${stillHold(held, held)}, nothing asked`;
  }
  if (runs.length === 1) {
    return `${first.step} v${first.version}: ${result(first)}`;
  }
  const ended = (status: RunSummary['status']) =>
    runs.filter((run) => run.status === status).length;
  const parts = [
    count(ended('succeeded'), 'answer') + (held > 0 ? ` (${held} still held)` : ''),
    ...(['failed', 'cancelled'] as const).map((status) =>
      ended(status) > 0 ? `${ended(status)} ${status}` : '',
    ),
  ];
  const cost = runs.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0);
  const spent = cost > 0 ? ` · ${money(cost)}` : '';
  return `${first.step}: ${parts.filter(Boolean).join(', ')}${spent}`;
}
