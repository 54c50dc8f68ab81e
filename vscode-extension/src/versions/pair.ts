/** What is shown of a version beside its row: what it changed, in the words of its row. */

import type { Version, VersionList } from '../protocol';

export interface Pair {
  /** The version that it was made from; undefined where that is not kept, or there was none. */
  older: Version | undefined;
  newer: Version;
  title: string;
}

export function pairOf({ step, versions }: VersionList, newer: Version): Pair {
  const older = versions.find(({ number }) => number === newer.parent);
  return { older, newer, title: `${step}: ${older ? `${label(older)} ↔ ` : ''}${label(newer)}` };
}

function label(version: Version): string {
  return version.current ? `${version.label} (current)` : version.label;
}
