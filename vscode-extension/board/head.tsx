/** The header of a column, which stays while the responses are scrolled. */

import type { BoardAction, BoardRun } from '../src/protocol';
import { isGoingOn } from '../src/runs/goingOn';
import type { Column } from './columns';
import { Figures, moment, State } from './figures';

export interface HeadProps {
  column: Column;
  all: Column[];
  place: number;
  isBase: boolean;
  base: Column;
  hasFocus: boolean;
  /** Whether columns are runs of one version, so that each says which run it is. */
  byRun: boolean;
  onBase: () => void;
  /** Leaves the column out; null where it has to stay. */
  hide: (() => void) | null;
  act: ((action: BoardAction) => void) | null;
  run: (versions: number[]) => void;
  /** Shows all that is kept of a run; null where nothing can be read. */
  open: ((run: string) => void) | null;
}

export function Head(props: HeadProps) {
  const { column, place, isBase } = props;
  const { version } = column.arm;
  const said = [
    version.label,
    version.name ?? '',
    version.current ? 'current' : '',
    isBase ? 'the others are compared with it' : '',
  ];
  return (
    <div
      role="columnheader"
      class={isBase ? 'head base' : 'head'}
      tabIndex={props.hasFocus ? 0 : -1}
      data-column={place}
      aria-label={said.filter(Boolean).join(', ')}
    >
      <div class="title">
        <button
          type="button"
          class="label"
          aria-pressed={isBase}
          title={`Compare the others with it (${place + 1})`}
          onClick={props.onBase}
        >
          {version.label}
          {version.name && <span class="name"> {version.name}</span>}
        </button>
        {version.current && <span class="badge current">● current</span>}
        {version.pinned && <span class="badge">pinned</span>}
        {isBase && <span class="badge base">base</span>}
        {props.hide && (
          <button
            type="button"
            class="hide"
            title={`Leave ${version.label} out`}
            aria-label={`Leave ${version.label} out`}
            onClick={props.hide}
          >
            ×
          </button>
        )}
      </div>
      {props.byRun ? (
        <p class="change">Run of {moment(column.run?.started ?? null)}</p>
      ) : (
        <p class="change" title={version.change ?? undefined}>
          {version.change ??
            (version.parent === null ? 'The first version' : 'No word was changed')}
        </p>
      )}
      {column.run && <p class="model">{column.run.model}</p>}
      <State run={column.run} newer={column.newer} warning={otherInputs(props)} />
      <Figures column={column} all={props.all} />
      {(props.act || props.open) && <Actions {...props} />}
    </div>
  );
}

/** Says so where an answer is to something else than that of the base. */
function otherInputs({ column: { run }, base: { run: held, arm } }: HeadProps): string {
  const isOther = run && held && JSON.stringify(run.inputs) !== JSON.stringify(held.inputs);
  return isOther ? `Answers other inputs than ${arm.version.label}` : '';
}

function Actions({ column: { arm, run: answer }, act, run, open }: HeadProps) {
  const { version } = arm;
  const isGoing = answer !== null && isGoingOn(answer);
  return (
    <div class="actions">
      {act && isGoing && (
        <button type="button" onClick={() => act({ action: 'cancel', runs: [answer.id] })}>
          Cancel
        </button>
      )}
      {act && !isGoing && (
        <button type="button" onClick={() => run([version.number])}>
          Run
        </button>
      )}
      {act && !version.current && (
        <button
          type="button"
          onClick={() => act({ action: 'makeCurrent', version: version.number })}
        >
          Make current
        </button>
      )}
      {open && answer && (
        <button type="button" onClick={() => open(answer.id)}>
          Details
        </button>
      )}
      {act && answer && !isGoing && <Rate run={answer} act={act} />}
    </div>
  );
}

const RATES: { rating: -1 | 1; said: string; label: string }[] = [
  { rating: 1, said: 'Good', label: 'Good answer' },
  { rating: -1, said: 'Bad', label: 'Bad answer' },
];

/** What is said of the answer; a second click takes it back. */
export function Rate({
  run,
  act,
}: {
  run: Pick<BoardRun, 'id' | 'ratings'>;
  act: (action: BoardAction) => void;
}) {
  const given = run.ratings.at(-1);
  const say = (rating: -1 | 0 | 1, note: string) =>
    act({ action: 'rate', run: run.id, rating, note });
  return (
    <>
      {RATES.map(({ rating, said, label }) => (
        <button
          type="button"
          key={rating}
          class="rate"
          aria-label={label}
          title={label}
          aria-pressed={given?.rating === rating}
          onClick={() => (given?.rating === rating ? say(0, '') : say(rating, given?.note ?? ''))}
        >
          {said}
        </button>
      ))}
      {given && given.rating !== 0 && (
        <input
          class="note"
          aria-label="Why"
          placeholder="Why?"
          value={given.note}
          onChange={({ currentTarget }) => say(given.rating, currentTarget.value)}
        />
      )}
    </>
  );
}
