/** What the list of versions says about each of them. */

import { ago, changes, count, result } from '../format';
import type { Version, VersionList } from '../protocol';

export interface Row {
  version: Version;
  label: string;
  description: string;
  detail: string;
}

export function rows(list: VersionList, now: Date = new Date()): Row[] {
  return list.versions.map((version, index) => {
    const when = ago(version.created, now);
    const runs = version.runs === 0 ? 'not run yet' : count(version.runs, 'run');
    const last = version.lastRun ? `last: ${result(version.lastRun)}` : '';
    return {
      version,
      label: version.label,
      description: [...marks(version), when].join(' · '),
      detail: [changes(version, list.versions[index + 1]), runs, last].filter(Boolean).join(' · '),
    };
  });
}

/** What is marked about a version: that it is current, that it is pinned, its name. */
export function marks({ current, pinned, name }: Version): string[] {
  return [current ? 'current' : '', pinned ? 'pinned' : '', name ? `“${name}”` : ''].filter(
    Boolean,
  );
}
