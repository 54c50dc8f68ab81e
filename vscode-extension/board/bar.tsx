/** What stands above the page: what is shown, and running all of it. */

import { count } from '../src/format';
import type { BoardAction, Board as BoardData } from '../src/protocol';
import { isGoingOn } from '../src/runs/goingOn';
import { type Column, choices, versionsOf } from './columns';

export type View = 'responses' | 'tests';

interface ViewsProps {
  view: View;
  board: BoardData;
  choose: (view: View) => void;
}

export function Views({ view, board, choose }: ViewsProps) {
  const tests = board.report?.tests.length ?? new Set(board.results.map(({ test }) => test)).size;
  const all: [View, string][] = [
    ['responses', 'Responses'],
    ['tests', count(tests, 'test')],
  ];
  return (
    <div class="views" role="group" aria-label="What is shown">
      {all.map(([name, label]) => (
        <button type="button" key={name} aria-pressed={view === name} onClick={() => choose(name)}>
          {label}
        </button>
      ))}
    </div>
  );
}

interface GroupingProps {
  board: BoardData;
  chosen: string;
  choose: (grouping: string) => void;
}

export function Grouping({ board, chosen, choose }: GroupingProps) {
  const all = choices(board, chosen);
  return all.length > 1 ? (
    <label>
      Columns{' '}
      <select value={chosen} onChange={({ currentTarget }) => choose(currentTarget.value)}>
        {all.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </label>
  ) : null;
}

interface ToggleProps {
  on: boolean;
  set: (on: boolean) => void;
  children: string;
}

export function Toggle({ on, set, children }: ToggleProps) {
  return (
    <label>
      <input
        type="checkbox"
        checked={on}
        onChange={({ currentTarget }) => set(currentTarget.checked)}
      />{' '}
      {children}
    </label>
  );
}

interface RunAllProps {
  columns: Column[];
  act: (action: BoardAction) => void;
  run: (versions: number[]) => void;
}

export function RunAll({ columns, act, run }: RunAllProps) {
  const going = columns.flatMap(({ arm }) => arm.runs.filter(isGoingOn)).map(({ id }) => id);
  return going.length > 0 ? (
    <button type="button" onClick={() => act({ action: 'cancel', runs: [...new Set(going)] })}>
      {`Cancel ${count(new Set(going).size, 'run')}`}
    </button>
  ) : (
    <button
      type="button"
      class="main"
      title="Asks what has not been answered yet"
      onClick={() => run(versionsOf(columns))}
    >
      Run all
    </button>
  );
}
