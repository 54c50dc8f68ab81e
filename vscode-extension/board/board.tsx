/** The whole page. */

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { count } from '../src/format';
import type { Board as BoardData } from '../src/protocol';
import { isGoingOn } from '../src/runs/goingOn';
import { Compared, type Text } from './answers/compared';
import { type Column, choices, columns } from './columns';
import { Help } from './dialog';
import { Head } from './head';
import type { Host } from './host';
import { step } from './steps';
import { Tests } from './tests/grid';
import { type Filter, type MatrixRow, matrixOf, NO_FILTER } from './tests/matrix';
import { Pair } from './tests/pair';
import { Verdict } from './verdict';

/** What the reader has chosen. */
interface Chosen {
  grouping: string;
  /** The key of the column that the others are compared with. */
  base: string;
  marks: boolean;
  onlyDiffering: boolean;
  view: 'responses' | 'tests';
  filter: Filter;
}

const AT_FIRST: Chosen = {
  grouping: 'versions',
  base: '',
  marks: true,
  onlyDiffering: false,
  view: 'responses',
  filter: NO_FILTER,
};

export function Page({ host }: { host: Host }) {
  const [board, setBoard] = useState<BoardData | null>(null);
  const [told, setTold] = useState('');
  useEffect(() => host.follow(setBoard, setTold), [host]);
  return board ? (
    <Board board={board} host={host} told={told} />
  ) : (
    <p class="loading">{told || 'Loading…'}</p>
  );
}

function Board({ board, host, told }: { board: BoardData; host: Host; told: string }) {
  const [chosen, setChosen] = useState<Chosen>(() => ({ ...AT_FIRST, ...host.kept() }));
  const [focus, setFocus] = useState(0);
  const [place, setPlace] = useState('');
  const [help, setHelp] = useState(false);
  const [pair, setPair] = useState<{ row: MatrixRow; sides: number[] } | null>(null);
  const page = useRef<HTMLElement>(null);
  const all = useMemo(() => columns(board, chosen.grouping), [board, chosen.grouping]);
  const base = baseOf(all, chosen.base);
  const hasTests = board.report !== null || board.results.length > 0;
  const view = hasTests ? chosen.view : 'responses';
  const choose = (part: Partial<Chosen>) => {
    setChosen({ ...chosen, ...part });
    host.keep({ ...chosen, ...part });
  };
  const go = (by: 1 | -1) => {
    const { at, of } = page.current ? step(page.current, by) : { at: -1, of: 0 };
    setPlace(
      of > 0 ? `${(at + 1).toLocaleString('en')} of ${count(of, 'difference')}` : 'No difference',
    );
  };
  const focusOn = (column: number) => {
    setFocus(column);
    page.current?.querySelector<HTMLElement>(`[data-column="${column}"]`)?.focus();
  };
  const keys: Record<string, () => void> = {
    n: () => go(1),
    p: () => go(-1),
    w: () => choose({ marks: !chosen.marks }),
    d: () => choose({ onlyDiffering: !chosen.onlyDiffering }),
    t: () => choose({ view: view === 'tests' ? 'responses' : 'tests' }),
    r: () => all[focus] && host.act?.({ action: 'run', versions: [all[focus].arm.version.number] }),
    ArrowLeft: () => focusOn((focus + all.length - 1) % all.length),
    ArrowRight: () => focusOn((focus + 1) % all.length),
    '?': () => setHelp(true),
    ...Object.fromEntries(all.map(({ key }, at) => [`${at + 1}`, () => choose({ base: key })])),
  };
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        target.closest('input, select, dialog')
      ) {
        return;
      }
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const version = all[focus]?.arm.version;
      if (key === 'Enter' && target.matches('.head') && version && !version.current) {
        host.act?.({ action: 'makeCurrent', version: version.number });
      } else if (keys[key]) {
        keys[key]();
        event.preventDefault();
      }
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  });
  const classes = [chosen.marks ? '' : 'unmarked', chosen.onlyDiffering ? 'only' : ''];
  return (
    <>
      <header class="top">
        <h1>{board.title}</h1>
        {hasTests && <Views view={view} board={board} choose={(view) => choose({ view })} />}
        {view === 'responses' && (
          <div class="bar" role="group" aria-label="What is compared">
            <Grouping
              board={board}
              chosen={chosen.grouping}
              choose={(grouping) => choose({ grouping, base: '' })}
            />
            <Toggle on={chosen.marks} set={(marks) => choose({ marks })}>
              Mark words
            </Toggle>
            <Toggle on={chosen.onlyDiffering} set={(onlyDiffering) => choose({ onlyDiffering })}>
              Only what differs
            </Toggle>
            <span class="steps">
              <button
                type="button"
                title="Previous difference (p)"
                aria-label="Previous difference"
                onClick={() => go(-1)}
              >
                ↑
              </button>
              <button
                type="button"
                title="Next difference (n)"
                aria-label="Next difference"
                onClick={() => go(1)}
              >
                ↓
              </button>
              <span role="status">{place}</span>
            </span>
          </div>
        )}
        <div class="bar end">
          {host.act && <RunAll board={board} act={host.act} />}
          <button type="button" title="Keys (?)" aria-label="Keys" onClick={() => setHelp(true)}>
            ?
          </button>
        </div>
      </header>
      <p role="alert" class={told ? 'told' : 'unseen'}>
        {told}
      </p>
      <main ref={page} class={classes.filter(Boolean).join(' ')} data-view={view}>
        {board.report && <Verdict report={board.report} current={board.current} />}
        {view === 'tests' ? (
          <Tests
            board={board}
            base={all[base]?.arm.version.number ?? board.current}
            filter={chosen.filter}
            onFilter={(filter) => choose({ filter })}
            open={(row, arm, held) => setPair({ row, sides: [...new Set([held, arm])] })}
          />
        ) : (
          <Responses
            all={all}
            base={base}
            focus={focus}
            byRun={all[0]?.key !== all[0]?.arm.version.label}
            onBase={(key) => choose({ base: key })}
            host={host}
          />
        )}
      </main>
      {help && <Help acts={host.act !== null} close={() => setHelp(false)} />}
      {pair && <Pair {...pair} arms={matrixOf(board).arms} close={() => setPair(null)} />}
    </>
  );
}

/** The column that was chosen, else that of the version that the current one was made from, else the first. */
function baseOf(all: Column[], chosen: string): number {
  const current = all.find(({ arm }) => arm.version.current)?.arm.version;
  const parent = all.findIndex(({ arm }) => arm.version.number === current?.parent);
  const wanted = all.findIndex(({ key }) => key === chosen);
  return Math.max(0, wanted >= 0 ? wanted : parent);
}

interface ResponsesProps {
  all: Column[];
  base: number;
  focus: number;
  byRun: boolean;
  onBase: (key: string) => void;
  host: Host;
}

function Responses({ all, base, focus, byRun, onBase, host }: ResponsesProps) {
  const answers = all.map(({ key, arm, run }): Text => {
    const ended = run !== null && !isGoingOn(run);
    const cutOff = run !== null && (run.truncated || run.status !== 'succeeded');
    return { key, label: arm.version.label, text: run?.response ?? '', ended, cutOff };
  });
  const prompts = all.map(
    ({ key, arm }): Text => ({ key, label: arm.version.label, text: arm.text, ended: true }),
  );
  const differs = new Set(prompts.map(({ text }) => text)).size > 1;
  return (
    <div
      role="grid"
      class="grid"
      aria-label="Responses"
      style={{ '--columns': String(all.length) }}
    >
      <div role="row" class="row heads">
        {all.map((column, at) => (
          <Head
            key={column.key}
            column={column}
            all={all}
            place={at}
            isBase={at === base}
            hasFocus={at === focus}
            byRun={byRun}
            onBase={() => onBase(column.key)}
            act={host.act}
          />
        ))}
      </div>
      {differs && <Prompts texts={prompts} base={base} />}
      <Compared texts={answers} base={base} />
    </div>
  );
}

function Prompts({ texts, base }: { texts: Text[]; base: number }) {
  const [isOpen, open] = useState(false);
  const differing = texts.filter(({ text }) => text !== texts[base]?.text);
  const labels = [...new Set(differing.map(({ label }) => label))];
  return (
    <>
      <div role="row" class="fold">
        <div role="gridcell">
          <button type="button" aria-expanded={isOpen} onClick={() => open(!isOpen)}>
            <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span>
            {` Prompts: ${labels.join(', ')} ${labels.length > 1 ? 'differ' : 'differs'} from ${texts[base]?.label}`}
          </button>
        </div>
      </div>
      {isOpen && <Compared texts={texts} base={base} source />}
    </>
  );
}

interface ViewsProps {
  view: Chosen['view'];
  board: BoardData;
  choose: (view: Chosen['view']) => void;
}

function Views({ view, board, choose }: ViewsProps) {
  const tests = board.report?.tests.length ?? new Set(board.results.map(({ test }) => test)).size;
  const all: [Chosen['view'], string][] = [
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

function Grouping({ board, chosen, choose }: GroupingProps) {
  const all = choices(board);
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

function Toggle({ on, set, children }: ToggleProps) {
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

function RunAll({ board, act }: { board: BoardData; act: NonNullable<Host['act']> }) {
  const going = board.arms.flatMap(({ runs }) => runs.filter(isGoingOn)).map(({ id }) => id);
  return going.length > 0 ? (
    <button type="button" onClick={() => act({ action: 'cancel', runs: going })}>
      {`Cancel ${count(going.length, 'run')}`}
    </button>
  ) : (
    <button
      type="button"
      class="main"
      onClick={() =>
        act({ action: 'run', versions: board.arms.map(({ version }) => version.number) })
      }
    >
      Run all
    </button>
  );
}
