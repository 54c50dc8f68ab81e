/** The board: versions side by side, or on their tests. */

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { count } from '../src/format';
import type { Board as BoardData } from '../src/protocol';
import { Grouping, RunAll, Toggle, type View, Views } from './bar';
import { type Column, columns, groupingOf, versionsOf, without } from './columns';
import { Help } from './dialog';
import type { Host, Kept, Told } from './host';
import { Inputs } from './inputs/form';
import { given, type Typed } from './inputs/values';
import { useKeys } from './keys';
import { Responses } from './responses';
import { RunDialog } from './run/dialog';
import { step } from './steps';
import { Tests } from './tests/grid';
import { type Filter, type MatrixRow, matrixOf, NO_FILTER } from './tests/matrix';
import { Pair } from './tests/pair';
import { ToldLine } from './told';
import { Verdict } from './verdict';

/** What the reader has chosen. */
interface Chosen {
  grouping: string;
  /** The key of the column that the others are compared with. */
  base: string;
  marks: boolean;
  onlyDiffering: boolean;
  view: View;
  filter: Filter;
  /** The set of inputs that was chosen by its name, and what the fields of inputs hold. */
  set: string;
  typed: Typed;
  formIsOpen: boolean;
}

const AT_FIRST: Chosen = {
  grouping: 'versions',
  base: '',
  marks: true,
  onlyDiffering: false,
  view: 'responses',
  filter: NO_FILTER,
  set: '',
  typed: {},
  formIsOpen: false,
};

export interface BoardProps {
  board: BoardData;
  host: Host;
  told: Told;
  /** What the home has the page choose. */
  chosen: Kept | undefined;
}

export function Board({ board, host, told, chosen: wanted }: BoardProps) {
  const [chosen, setChosen] = useState<Chosen>(() => ({ ...AT_FIRST, ...host.kept(), ...wanted }));
  const [focus, setFocus] = useState(0);
  const [place, setPlace] = useState('');
  const [help, setHelp] = useState(false);
  const [pair, setPair] = useState<{ row: MatrixRow; sides: number[] } | null>(null);
  const [run, setRun] = useState('');
  const page = useRef<HTMLElement>(null);
  const all = useMemo(() => columns(board, chosen.grouping), [board, chosen.grouping]);
  const base = baseOf(all, chosen.base);
  const hasTests = board.report !== null || board.results.length > 0;
  const view = hasTests ? chosen.view : 'responses';
  const choose = (part: Partial<Chosen>) => {
    setChosen({ ...chosen, ...part });
    host.keep({ ...chosen, ...part });
  };
  useEffect(() => choose(wanted ?? {}), [wanted]);
  useEffect(() => {
    if (told.missing.length > 0) {
      choose({ formIsOpen: true, view: 'responses' });
    }
  }, [told]);
  const start = (versions: number[]) => {
    const { values, wrong } = given(board.inputs, chosen.typed);
    if (Object.keys(wrong).length > 0) {
      choose({ formIsOpen: true, view: 'responses' });
    } else {
      const hasValues = Object.keys(values).length > 0;
      host.act?.({ action: 'run', versions, ...(hasValues && { inputs: values }) });
    }
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
  useKeys({
    n: () => go(1),
    p: () => go(-1),
    w: () => choose({ marks: !chosen.marks }),
    d: () => choose({ onlyDiffering: !chosen.onlyDiffering }),
    t: () => choose({ view: view === 'tests' ? 'responses' : 'tests' }),
    r: () => all[focus] && start([all[focus].arm.version.number]),
    ArrowLeft: () => focusOn((focus + all.length - 1) % all.length),
    ArrowRight: () => focusOn((focus + 1) % all.length),
    '?': () => setHelp(true),
    ...Object.fromEntries(all.map(({ key }, at) => [`${at + 1}`, () => choose({ base: key })])),
    Enter: (target) => {
      const version = all[focus]?.arm.version;
      if (!target.matches('.head') || !version || version.current) {
        return false;
      }
      host.act?.({ action: 'makeCurrent', version: version.number });
      return true;
    },
  });
  const hidable = all.length > 2 && /^versions/.test(groupingOf(board, chosen.grouping));
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
            <Steps place={place} go={go} />
          </div>
        )}
        <div class="bar end">
          {host.act && <RunAll columns={all} act={host.act} run={start} />}
          <button type="button" title="Keys (?)" aria-label="Keys" onClick={() => setHelp(true)}>
            ?
          </button>
        </div>
      </header>
      <ToldLine told={told} />
      <main ref={page} class={classes.filter(Boolean).join(' ')} data-view={view}>
        <Verdict board={board} act={host.act} />
        {view === 'responses' && host.act && board.inputs.length > 0 && (
          <Inputs
            inputs={board.inputs}
            sets={board.sets}
            set={chosen.set}
            typed={chosen.typed}
            needed={told.missing}
            isOpen={chosen.formIsOpen}
            change={choose}
            run={() => start(versionsOf(all))}
            act={host.act}
          />
        )}
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
            onBase={(key) => choose({ base: key })}
            hide={hidable ? (key) => choose({ grouping: without(all, key) }) : null}
            act={host.act}
            run={start}
            open={host.readRun && setRun}
          />
        )}
      </main>
      {help && <Help acts={host.act !== null} close={() => setHelp(false)} />}
      {pair && <Pair {...pair} arms={matrixOf(board).arms} close={() => setPair(null)} />}
      {run && host.readRun && <RunDialog run={run} read={host.readRun} close={() => setRun('')} />}
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

function Steps({ place, go }: { place: string; go: (by: 1 | -1) => void }) {
  return (
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
  );
}
