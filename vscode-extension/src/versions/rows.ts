/** What the list of versions says about each of them. */

import { ago, count, lineChanges, result } from '../format';
import type { TestedArm, TestReport, Version, VersionList } from '../protocol';

export interface Row {
  version: Version;
  label: string;
  description: string;
  detail: string;
}

export function rows(list: VersionList, now: Date = new Date()): Row[] {
  return list.versions.map((version) => {
    const runs = version.runs === 0 ? 'not run yet' : count(version.runs, 'run');
    const last = version.lastRun ? `last: ${result(version.lastRun)}` : '';
    return {
      version,
      label: version.label,
      description: [...marks(version), whatChanged(version), ago(version.created, now)]
        .filter(Boolean)
        .join(' · '),
      detail: [lineChanges(version), ratings(version), runs, last].filter(Boolean).join(' · '),
    };
  });
}

/** A version in one line, with what the last tests came to, for the list that has a preview below it: VS Code lays
 * a hover with what stands in a description or a detail over the next row. */
export function line(
  version: Version,
  report: TestReport | undefined,
  now: Date = new Date(),
): string {
  return [
    version.label,
    ...marks(version),
    whatChanged(version),
    rateInShort(version, report, now),
    verdict(version),
    ratings(version),
    version.lastRun ? result(version.lastRun) : 'not run yet',
    ago(version.created, now),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** What is marked about a version: that it is current, that it is pinned, its name. */
export function marks({ current, pinned, name }: Version): string[] {
  return [current ? 'current' : '', pinned ? 'pinned' : '', name ? `“${name}”` : ''].filter(
    Boolean,
  );
}

/** `+ "Never mention frameworks."`, against the version that it was made from. */
export function whatChanged({ change, parent }: Version): string {
  return change ?? (parent === null ? 'the first text' : '');
}

/** `91 % of tests (84–96)` in the last report, on each model that it was tested on; with the person and the time,
 * where it is another person's. */
export function rate(
  version: Version,
  report: TestReport | undefined,
  now: Date = new Date(),
): string {
  const arms = armsOf(version, report);
  const said = arms
    .map((arm) => {
      const [low, high] = arm.interval.map((end) => Math.round(end * 100));
      const on = arms.length > 1 ? ` on ${arm.model}` : '';
      return `${percent(arm)} of tests (${low}–${high})${on}`;
    })
    .join(', ');
  return said && `${said}${whose(report, now)}`;
}

/** `better than v3`, by the user's own tests. */
export function verdict({ tested }: Version): string {
  return tested.find(({ by }) => by === null)?.verdict ?? '';
}

/** `91 %`, or `91 % by ann, 5 hours ago`, for a row that has no room for more. */
export function rateInShort(
  version: Version,
  report: TestReport | undefined,
  now: Date = new Date(),
): string {
  const said = armsOf(version, report).map(percent).join(' / ');
  return said && `${said}${whose(report, now)}`;
}

function whose(report: TestReport | undefined, now: Date): string {
  return report?.by ? ` by ${report.by}, ${ago(report.started, now)}` : '';
}

function armsOf({ number }: Version, report: TestReport | undefined): TestedArm[] {
  return report?.arms.filter((arm) => arm.version === number && arm.rate !== null) ?? [];
}

function percent({ rate: passed }: TestedArm): string {
  return `${Math.round((passed ?? 0) * 100)} %`;
}

/** `👍 2 👎 1`, without what is 0. */
export function ratings({ good, bad }: Version): string {
  return [good > 0 ? `👍 ${good}` : '', bad > 0 ? `👎 ${bad}` : ''].filter(Boolean).join(' ');
}
