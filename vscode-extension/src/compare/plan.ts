/** What there is to do before, and to say while, versions are compared. */

import type { Version } from '../protocol';
import { isGoingOn } from '../runs/goingOn';

/** The versions of which nothing has been, or is being, answered yet. */
export function withoutResponse(versions: Version[]): Version[] {
  return versions.filter(
    ({ runs, lastRun }) =>
      !lastRun || (runs === 1 && !isGoingOn(lastRun) && lastRun.status !== 'succeeded'),
  );
}

/** Says of versions without a response why each has none. */
export function whatIsMissing(versions: Version[]): string {
  const never = versions.filter(({ lastRun }) => !lastRun);
  const inVain = versions.filter(({ lastRun }) => lastRun);
  return [
    never.length > 0 ? `${named(never)} ${never.length > 1 ? 'have' : 'has'} no response yet` : '',
    inVain.length > 0 ? `the run of ${named(inVain)} did not succeed` : '',
  ]
    .filter(Boolean)
    .join(', and ')
    .replace(/^the/, 'The')
    .concat('.');
}

/** `v2`, `v2 and v3`, `v2, v3 and v4`. */
function named(versions: Version[]): string {
  const labels = versions.map(({ label }) => label);
  const last = labels.pop() ?? '';
  return labels.length === 0 ? last : `${labels.join(', ')} and ${last}`;
}

/** The title of a pair whose sides have been swapped. */
export function swappedTitle(title: string): string {
  return title.replace(/(v\d+)( ↔ )(v\d+)/, '$3$2$1');
}
