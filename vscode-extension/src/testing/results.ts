/** What a report says, in a run of the Testing view. */

import { Location, type TestItem, TestMessage, type TestRun } from 'vscode';
import type { TestReport, WholeRun } from '../protocol';
import { expectedAndActual, type Fault, type Outcome, outcomes } from './outcome';

/** Reads runs of a prompt by their ids. */
export type ReadRuns = (uri: string, ids: string[]) => Promise<WholeRun[]>;

const READ_AT_ONCE = 50;

/** Shows how these tests of a prompt stand. */
export async function showReport(
  run: TestRun,
  prompt: TestItem,
  items: readonly TestItem[],
  report: TestReport,
  current: number,
  read: ReadRuns,
): Promise<void> {
  const found = new Map(outcomes(report, current).map((one) => [one.name, one]));
  const failed = [...found.values()].filter(({ state }) => state === 'failed');
  const faults = failed.flatMap((one) => one.faults);
  const runs = await runsOf(prompt.id, faults, read);
  run.appendOutput(`${prompt.label}: ${report.sentence}\r\n`);
  prompt.description = report.sentence;
  for (const item of items) {
    const outcome = found.get(item.id);
    if (outcome && outcome.state !== 'skipped') {
      item.description = outcome.description;
      run.appendOutput(`  ${item.label}: ${outcome.description}\r\n`, undefined, item);
      show(run, item, outcome, runs);
    } else {
      run.skipped(item);
    }
  }
}

async function runsOf(
  uri: string,
  faults: Fault[],
  read: ReadRuns,
): Promise<Map<string, WholeRun>> {
  const ids = [...new Set(faults.flatMap(({ run }) => run ?? []))];
  const found = new Map<string, WholeRun>();
  for (let from = 0; from < ids.length; from += READ_AT_ONCE) {
    for (const one of await read(uri, ids.slice(from, from + READ_AT_ONCE))) {
      found.set(one.id, one);
    }
  }
  return found;
}

function show(
  run: TestRun,
  item: TestItem,
  { state, faults }: Outcome,
  runs: Map<string, WholeRun>,
): void {
  const messages = faults.map((fault) => message(item, fault, runs.get(fault.run ?? '')));
  if (state === 'passed') {
    run.passed(item);
  } else if (state === 'failed') {
    run.failed(item, messages);
  } else {
    run.errored(item, messages);
  }
}

function message(item: TestItem, fault: Fault, whole: WholeRun | undefined): TestMessage {
  const told = whole
    ? TestMessage.diff(fault.message, ...expectedAndActual(whole))
    : new TestMessage(fault.message);
  if (item.uri && item.range) {
    told.location = new Location(item.uri, item.range);
  }
  return told;
}
