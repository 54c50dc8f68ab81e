/** The tests as a grid: a row for each, a column for each arm; only what is in sight is drawn. */

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { count } from '../../src/format';
import type { Arm, Board } from '../../src/protocol';
import { useVirtualizer } from '../virtual';
import { type Cell, type Filter, filtered, type MatrixRow, matrixOf, rate, SHOWN } from './matrix';

const ROW_PX = 46;

export interface TestsProps {
  board: Board;
  /** The version that the others are held against. */
  base: number;
  filter: Filter;
  onFilter: (filter: Filter) => void;
  open: (row: MatrixRow, arm: number, base: number) => void;
}

export function Tests({ board, base, filter, onFilter, open }: TestsProps) {
  const matrix = useMemo(() => matrixOf(board, filter.metric), [board, filter.metric]);
  const metrics = useMemo(() => matrixOf(board).metrics, [board]);
  const held = Math.max(
    0,
    matrix.arms.findIndex(({ version }) => version === base),
  );
  const rows = useMemo(() => filtered(matrix, filter, held), [matrix, filter, held]);
  const change = (part: Partial<Filter>) => onFilter({ ...filter, ...part });
  return (
    <div class="tests">
      <div class="bar" role="group" aria-label="Which tests">
        <label>
          Show{' '}
          <select
            value={filter.shown}
            onChange={({ currentTarget }) =>
              change({ shown: currentTarget.value as Filter['shown'] })
            }
          >
            {Object.entries(SHOWN).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
        {metrics.length > 0 && (
          <label>
            Metric{' '}
            <select
              value={filter.metric}
              onChange={({ currentTarget }) => change({ metric: currentTarget.value })}
            >
              <option value="">All</option>
              {metrics.map((metric) => (
                <option key={metric}>{metric}</option>
              ))}
            </select>
          </label>
        )}
        <label>
          <input
            type="checkbox"
            checked={filter.byRegression}
            onChange={({ currentTarget }) => change({ byRegression: currentTarget.checked })}
          />{' '}
          Worst regressions first
        </label>
        <input
          type="search"
          placeholder="Find in names and responses"
          aria-label="Find in names and responses"
          value={filter.text}
          onInput={({ currentTarget }) => change({ text: currentTarget.value })}
        />
        <span role="status">
          {rows.length === matrix.rows.length
            ? count(rows.length, 'test')
            : `${rows.length.toLocaleString('en')} of ${count(matrix.rows.length, 'test')}`}
        </span>
      </div>
      <Grid arms={matrix.arms} rows={rows} base={held} open={open} />
    </div>
  );
}

interface GridProps {
  arms: Arm[];
  rows: MatrixRow[];
  base: number;
  open: TestsProps['open'];
}

function Grid({ arms, rows, base, open }: GridProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [[row, column], setPlace] = useState<[number, number]>([0, 0]);
  const [wantsFocus, setWantsFocus] = useState(false);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
    scrollPaddingStart: ROW_PX,
  });
  const several = new Set(arms.map(({ model }) => model)).size > 1;
  useEffect(() => {
    if (wantsFocus) {
      const cell = `[data-row="${row}"] [data-arm="${column}"]`;
      scroller.current?.querySelector<HTMLElement>(cell)?.focus();
    }
  });
  const go = (event: KeyboardEvent) => {
    const page = Math.floor((scroller.current?.clientHeight ?? 0) / ROW_PX) || 1;
    const steps: Record<string, [number, number]> = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
      PageUp: [-page, 0],
      PageDown: [page, 0],
      Home: [-rows.length, 0],
      End: [rows.length, 0],
    };
    const step = steps[event.key];
    if (step) {
      const next = clamp(row + step[0], rows.length);
      setPlace([next, clamp(column + step[1], arms.length)]);
      setWantsFocus(true);
      virtual.scrollToIndex(next);
      event.preventDefault();
      event.stopPropagation();
    }
  };
  return (
    <div
      class="scroller"
      ref={scroller}
      role="grid"
      aria-label="Tests"
      aria-rowcount={rows.length + 1}
      aria-colcount={arms.length + 1}
      style={{ '--arms': String(arms.length) }}
      onKeyDown={go}
      onFocusOut={() => setWantsFocus(false)}
    >
      <div role="row" aria-rowindex={1} class="line heads">
        <div role="columnheader">Test</div>
        {arms.map((arm, index) => (
          <div role="columnheader" key={`${arm.version} ${arm.model}`}>
            {typeof arm.version === 'number' ? `v${arm.version}` : String(arm.version)}
            {several && <span class="model"> {arm.model}</span>}
            {index === base && <span class="badge base">base</span>}
          </div>
        ))}
      </div>
      <div role="rowgroup" class="lines" style={{ height: `${virtual.getTotalSize()}px` }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const it = rows[index];
          return it ? (
            <div
              role="row"
              key={it.name}
              class="line"
              data-row={index}
              aria-rowindex={index + 2}
              style={{ transform: `translateY(${start}px)` }}
            >
              <div role="rowheader" title={it.name}>
                {it.name}
              </div>
              {it.cells.map((cell, arm) => (
                <GridCell
                  key={arm}
                  arm={arm}
                  cell={cell}
                  held={it.cells[base] ? rate(it.cells[base]) : null}
                  hasFocus={arm === column && index === clamp(row, rows.length)}
                  open={() => {
                    setPlace([index, arm]);
                    open(it, arm, base);
                  }}
                />
              ))}
            </div>
          ) : null;
        })}
      </div>
    </div>
  );
}

type Kind = 'none' | 'pass' | 'part' | 'fail';

const SAID: Record<Kind, { sign: string; text: string }> = {
  none: { sign: '–', text: 'could not be had' },
  pass: { sign: '✓', text: 'passed' },
  part: { sign: '~', text: 'passed in part' },
  fail: { sign: '✗', text: 'failed' },
};

function kindOf(found: number | null): Kind {
  if (found === null) {
    return 'none';
  }
  return found === 1 ? 'pass' : found === 0 ? 'fail' : 'part';
}

interface GridCellProps {
  arm: number;
  cell: Cell;
  /** The rate of the base. */
  held: number | null;
  hasFocus: boolean;
  open: () => void;
}

function GridCell({ arm, cell, held, hasFocus, open }: GridCellProps) {
  const found = rate(cell);
  const kind = kindOf(found);
  const said = SAID[kind];
  const more = found !== null && held !== null ? found - held : 0;
  const [first] = cell.results;
  return (
    <div
      role="gridcell"
      class={kind}
      data-arm={arm}
      tabIndex={hasFocus ? 0 : -1}
      onClick={open}
      onKeyDown={(event) => {
        if (event.key === 'Enter') {
          event.stopPropagation();
          open();
        }
      }}
    >
      <span class="outcome">
        <span aria-hidden="true">{said.sign}</span>
        <span class="unseen">{said.text}</span>
        {cell.runs > 1 && ` ${cell.passed}/${cell.runs}`}
        {cell.missing > 0 && ` (${cell.missing} missing)`}
      </span>
      {more !== 0 && (
        <span class={more > 0 ? 'gained' : 'lost'}>
          {` ${more > 0 ? '▲' : '▼'} ${Math.abs(Math.round(more * 100))}`}
          <span class="unseen">{` points ${more > 0 ? 'more' : 'less'} than the base`}</span>
        </span>
      )}
      <span class="first">{firstLine(first?.response || (first?.error ?? ''))}</span>
    </div>
  );
}

function firstLine(text: string): string {
  const [line] = text.trimStart().slice(0, 160).split('\n', 1);
  return (line ?? '').replace(/[*`#>]+/g, '').trim();
}

function clamp(value: number, length: number): number {
  return Math.max(0, Math.min(length - 1, value));
}
