/** Tests × arms: what is in each cell, and which rows a filter leaves. */

import type { Arm, Board, BoardResult } from '../../src/protocol';

export interface Cell {
  /** Answers that could be judged, and those of them that passed. */
  runs: number;
  passed: number;
  /** Runs that brought nothing to judge. */
  missing: number;
  results: BoardResult[];
}

export interface MatrixRow {
  name: string;
  cells: Cell[];
}

export interface Matrix {
  arms: Arm[];
  rows: MatrixRow[];
  metrics: string[];
}

export const SHOWN = {
  all: 'All',
  differing: 'Different results',
  regressions: 'Regressions',
  failed: 'Failed',
  missing: 'Could not be had',
} as const;

export type Shown = keyof typeof SHOWN;

export interface Filter {
  shown: Shown;
  metric: string;
  text: string;
  byRegression: boolean;
}

export const NO_FILTER: Filter = { shown: 'all', metric: '', text: '', byRegression: false };

const keyOf = ({ version, model }: { version: number | string; model: string }) =>
  `${version} ${model}`;

export function matrixOf(board: Board, metric = ''): Matrix {
  const arms: Arm[] = board.report?.arms ?? armsOf(board.results);
  const places = new Map(arms.map((arm, place) => [keyOf(arm), place]));
  const rows = new Map<string, MatrixRow>();
  const rowOf = (name: string): MatrixRow => {
    const known = rows.get(name);
    const row = known ?? {
      name,
      cells: arms.map(() => ({ runs: 0, passed: 0, missing: 0, results: [] })),
    };
    rows.set(name, row);
    return row;
  };
  for (const test of board.report?.tests ?? []) {
    const { cells } = rowOf(test.name);
    for (const one of metric ? [] : test.arms) {
      const cell = cells[places.get(keyOf(one)) ?? -1];
      if (cell) {
        cell.runs += one.runs;
        cell.passed += one.passed;
        cell.missing += one.missing;
      }
    }
  }
  const metrics = new Set<string>();
  for (const result of board.results) {
    const cell = rowOf(result.test).cells[places.get(keyOf(result)) ?? -1];
    for (const { assertion } of result.scores) {
      if (assertion.metric) {
        metrics.add(assertion.metric);
      }
    }
    if (cell) {
      cell.results.push(result);
      const passed = passes(result, metric);
      if (metric || !board.report) {
        cell.missing += passed === null ? 1 : 0;
        cell.runs += passed === null ? 0 : 1;
        cell.passed += passed ? 1 : 0;
      }
    }
  }
  return { arms, rows: [...rows.values()], metrics: [...metrics].sort() };
}

/** Whether a result passed what is asserted, of one metric or in all; null where that is not known. */
export function passes({ status, scores }: BoardResult, metric = ''): boolean | null {
  const asked = metric ? scores.filter(({ assertion }) => assertion.metric === metric) : scores;
  if (status !== 'succeeded' || asked.length === 0 || asked.some(({ passed }) => passed === null)) {
    return null;
  }
  return asked.every(({ passed }) => passed);
}

function armsOf(results: BoardResult[]): Arm[] {
  const found = new Map<string, Arm>();
  for (const { version, model } of results) {
    found.set(keyOf({ version, model }), { version, model });
  }
  return [...found.values()].sort(
    (one, other) =>
      Number(one.version) - Number(other.version) || one.model.localeCompare(other.model),
  );
}

/** The rows that a filter leaves; regressions are against the arm `base`. */
export function filtered({ rows }: Matrix, filter: Filter, base: number): MatrixRow[] {
  const text = filter.text.trim().toLowerCase();
  const left = rows.filter(
    (row) => isShown(row, filter.shown, base) && (text === '' || mentions(row, text)),
  );
  if (filter.byRegression) {
    const lost = new Map(left.map((row) => [row, regression(row, base)]));
    left.sort((one, other) => (lost.get(other) ?? 0) - (lost.get(one) ?? 0));
  }
  return left;
}

function isShown({ cells, ...row }: MatrixRow, shown: Shown, base: number): boolean {
  switch (shown) {
    case 'all':
      return true;
    case 'differing':
      return new Set(cells.map((cell) => rate(cell) ?? -1)).size > 1;
    case 'regressions':
      return regression({ cells, ...row }, base) > 0;
    case 'failed':
      return cells.some(({ runs, passed }) => passed < runs);
    case 'missing':
      return cells.some(({ runs, missing }) => missing > 0 || runs === 0);
  }
}

function mentions({ name, cells }: MatrixRow, text: string): boolean {
  return (
    name.toLowerCase().includes(text) ||
    cells.some(({ results }) =>
      results.some(({ response }) => response.toLowerCase().includes(text)),
    )
  );
}

export function rate({ runs, passed }: Cell): number | null {
  return runs > 0 ? passed / runs : null;
}

/** How much of the base's rate the worst of the others has lost on a test. */
export function regression({ cells }: MatrixRow, base: number): number {
  const held = cells[base] && rate(cells[base]);
  const lost = cells.map((cell) => (held ?? 0) - (rate(cell) ?? held ?? 0));
  return Math.max(0, ...lost);
}
