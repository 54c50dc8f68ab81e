/** What stands side by side: versions, or the runs of one version, or its models. */

import type { Board, BoardArm, BoardRun, TestedArm } from '../src/protocol';
import { isGoingOn } from '../src/runs/goingOn';

export const MOST_COLUMNS = 4;

export interface Column {
  key: string;
  arm: BoardArm;
  /** The run whose response is shown; null where there is none. */
  run: BoardRun | null;
  /** A newer run than that one, which failed or was cancelled. */
  newer: BoardRun | null;
  tested: TestedArm | null;
}

/** `versions`, `versions 2 4` where only some are shown, or `runs 3` and `models 3` of a version. */
export type Grouping = string;

export interface Choice {
  value: Grouping;
  label: string;
}

/** The ways to fill the columns that there are, with the chosen one where only some versions are shown. */
export function choices(board: Board, chosen: Grouping = 'versions'): Choice[] {
  const found: Choice[] = [{ value: 'versions', label: 'Versions' }];
  const some = armsOf(board, chosen);
  if (some.length > 0 && some.length < board.arms.length) {
    const label = some.map(({ version }) => version.label).join(', ');
    found.push({ value: chosen, label });
  }
  for (const { version, runs } of board.arms) {
    if (runs.length > 1) {
      found.push({ value: `runs ${version.number}`, label: `Runs of ${version.label}` });
    }
    if (new Set(runs.map(({ model }) => model)).size > 1) {
      found.push({ value: `models ${version.number}`, label: `Models of ${version.label}` });
    }
  }
  return found;
}

/** The versions that a grouping names one by one; none where it names none, or only one that is kept. */
function armsOf(board: Board, grouping: Grouping): BoardArm[] {
  const [kind, ...numbers] = grouping.split(' ');
  const found = board.arms.filter(({ version }) => numbers.includes(`${version.number}`));
  return kind === 'versions' && found.length > 1 ? found : [];
}

/** The grouping that is meant: versions where there is no such one, or the runs of the only version. */
export function groupingOf(board: Board, wanted: Grouping): Grouping {
  const known = choices(board, wanted).some(({ value }) => value === wanted);
  if (known && wanted !== 'versions') {
    return wanted;
  }
  return board.arms.length === 1 ? `runs ${board.arms[0]?.version.number}` : 'versions';
}

/** The grouping of all versions that are shown but one. */
export function without(all: Column[], key: string): Grouping {
  const left = all.filter((column) => column.key !== key);
  return ['versions', ...versionsOf(left)].join(' ');
}

/** The numbers of the versions in these columns. */
export function versionsOf(all: Column[]): number[] {
  return [...new Set(all.map(({ arm }) => arm.version.number))];
}

/** The columns of a grouping. */
export function columns(board: Board, wanted: Grouping): Column[] {
  const grouping = groupingOf(board, wanted);
  const [kind, number] = grouping.split(' ');
  if (kind === 'versions') {
    const some = armsOf(board, grouping);
    const shown = some.length > 0 ? some : board.arms;
    return shown.slice(-MOST_COLUMNS).map((one) => ofVersion(board, one));
  }
  const arm = board.arms.find(({ version }) => version.number === Number(number));
  if (!arm) {
    return [];
  }
  const runs =
    kind === 'models'
      ? arm.runs.filter((run, at) => arm.runs.findIndex((one) => one.model === run.model) === at)
      : arm.runs;
  if (runs.length === 0) {
    return [ofVersion(board, arm)];
  }
  return runs
    .slice(0, MOST_COLUMNS)
    .reverse()
    .map((run) => ({ key: run.id, arm, run, newer: null, tested: null }));
}

function ofVersion(board: Board, arm: BoardArm): Column {
  const run = speaking(arm.runs);
  const [newest] = arm.runs;
  const tested = board.report?.arms.filter(({ version }) => version === arm.version.number) ?? [];
  return {
    key: arm.version.label,
    arm,
    run,
    newer: newest && newest !== run ? newest : null,
    tested: tested.find(({ model }) => model === run?.model) ?? tested[0] ?? null,
  };
}

/** The run that speaks for a version: one that goes on, else the newest whole one, else what there is. */
function speaking(runs: BoardRun[]): BoardRun | null {
  const [newest] = runs;
  return (
    (newest && isGoingOn(newest) ? newest : undefined) ??
    runs.find(({ status }) => status === 'succeeded') ??
    runs.find(({ response }) => response !== '') ??
    newest ??
    null
  );
}

export type Figure = 'durationMs' | 'outputTokens' | 'costUsd' | 'rate';

/** Whether a column is held against the others in a figure: half an answer is no faster one. */
export function counts({ run }: Column, figure: Figure): boolean {
  return figure === 'rate' || !run?.truncated;
}

/** The best of a figure among the columns; null where no one is better than another. */
export function best(all: Column[], figure: Figure): number | null {
  const values = all
    .filter((column) => counts(column, figure))
    .map((column) => figureOf(column, figure))
    .filter((one) => one !== null);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (values.length < 2 || low === high) {
    return null;
  }
  return figure === 'rate' ? high : low;
}

export function figureOf({ run, tested }: Column, figure: Figure): number | null {
  if (figure === 'rate') {
    return tested?.rate ?? null;
  }
  return run?.status === 'succeeded' ? run[figure] : null;
}
