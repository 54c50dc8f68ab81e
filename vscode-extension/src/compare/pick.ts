/** Which versions to compare. */

import { window } from 'vscode';
import { pickSome } from '../pickSome';
import type { Version, VersionList } from '../protocol';
import { type Row, rows } from '../versions/rows';
import { whatIsMissing } from './plan';

const FEWEST = 2;

/** Two to four version numbers, the oldest first; undefined where nothing was chosen. */
export async function pickVersions(list: VersionList): Promise<number[] | undefined> {
  if (list.versions.length <= FEWEST) {
    return numbers(list.versions);
  }
  const items = rows(list);
  const chosen = await pickSome({
    title: `Compare versions of ${list.step}`,
    amount: 'two to four',
    placeholder: 'Choose two to four versions',
    items,
    suggested: suggested(items),
    fewest: FEWEST,
    most: list.cap,
  });
  return chosen && numbers(chosen.map(({ version }) => version));
}

/** One version that is not the current one; of two there is no question. */
export async function pickOther(list: VersionList): Promise<number | undefined> {
  const [other, ...more] = rows(list).filter(({ version }) => !version.current);
  if (!other || more.length === 0) {
    return other?.version.number;
  }
  const chosen = await window.showQuickPick([other, ...more], {
    title: `Versions of ${list.step}`,
    placeHolder: 'Compare with which version?',
    matchOnDetail: true,
  });
  return chosen?.version.number;
}

/** Whether to run the versions that have no response; undefined where the user wants neither. */
export async function pickRunning(missing: Version[]): Promise<boolean | undefined> {
  const run = missing.length === 1 ? 'Run It' : 'Run Them';
  const leave = 'Compare As They Are';
  const options = { modal: true, detail: 'They are compared once the responses are there.' };
  const chosen = await window.showInformationMessage(whatIsMissing(missing), options, run, leave);
  return chosen === undefined ? undefined : chosen === run;
}

/** The current version and the one that it was made from, where it is the newest, else the newest
 * other: as the server compares them. */
function suggested(items: Row[]): Row[] {
  const current = items.find(({ version }) => version.current);
  const newest = items[0]?.version.current;
  const parent = items.find(({ version }) => newest && version.number === current?.version.parent);
  const other = parent ?? items.find(({ version }) => !version.current);
  return [current, other].filter((item) => item !== undefined);
}

function numbers(versions: readonly Version[]): number[] {
  return versions.map(({ number }) => number).sort((a, b) => a - b);
}
