/** A column's figures, with the best of each marked, and how its run stands. */

import { count, duration, money } from '../src/format';
import type { RunStatus, RunSummary } from '../src/protocol';
import { best, type Column, counts, type Figure, figureOf } from './columns';

const FIGURES: { figure: Figure; name: string; write: (value: number) => string }[] = [
  { figure: 'rate', name: 'Passed', write: (rate) => `${Math.round(rate * 100)} %` },
  { figure: 'durationMs', name: 'Time', write: duration },
  { figure: 'outputTokens', name: 'Tokens', write: (tokens) => tokens.toLocaleString('en') },
  { figure: 'costUsd', name: 'Cost', write: money },
];

export function Figures({ column, all }: { column: Column; all: Column[] }) {
  const known = FIGURES.map((one) => ({ ...one, value: figureOf(column, one.figure) }));
  return (
    <dl class="figures">
      {known.map(({ figure, name, write, value }) => {
        if (value === null) {
          return null;
        }
        // Of two that are written the same none is better.
        const isBest =
          counts(column, figure) &&
          best(all, figure) === value &&
          all.some((other) => {
            const its = figureOf(other, figure);
            return its !== null && write(its) !== write(value);
          });
        return (
          <div key={figure} class={isBest ? 'best' : undefined}>
            <dt>{name}</dt>
            <dd>
              {write(value)}
              {figure === 'rate' && <Interval column={column} />}
              {isBest && <span class="mark"> best</span>}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function Interval({ column }: { column: Column }) {
  const [low, high] = column.tested?.interval ?? [0, 1];
  return <span class="interval">{` (${Math.round(low * 100)}–${Math.round(high * 100)})`}</span>;
}

/** Figures that are held against no others. */
export function FigureList({ figures }: { figures: { name: string; value: string }[] }) {
  return (
    <dl class="figures">
      {figures.map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export interface StateProps {
  run: RunSummary | null;
  /** A newer run of the same version. */
  newer: RunSummary | null;
  /** What else there is to be said of it. */
  warning?: string;
}

const NEWER: Record<RunStatus, (newer: RunSummary) => string> = {
  queued: () => 'a newer run waits for its turn',
  running: () => 'a newer run goes on',
  succeeded: ({ started }) => `there is a newer answer, of ${moment(started)}`,
  failed: ({ error }) => `the newest run failed: ${error ?? ''}`,
  cancelled: () => 'the newest run was cancelled',
};

/** How a run stands, where that is more than done. */
export function State({ run, newer, warning = '' }: StateProps) {
  if (!run) {
    return <p class="state">Not run yet</p>;
  }
  const parts: string[] = [];
  if (run.status === 'queued') {
    parts.push('Waiting for its turn');
  } else if (run.status === 'running') {
    parts.push('Streaming…');
  } else if (run.status === 'cancelled') {
    parts.push('Cancelled');
  } else if (run.status === 'failed') {
    parts.push(`Failed: ${run.error ?? ''}`);
  }
  if (run.truncated) {
    parts.push('Cut off at the limit of tokens');
  }
  if (run.tries.length > 0) {
    parts.push(`${count(run.tries.length, 'response')} before it did not fit`);
  }
  if (run.by !== null) {
    parts.push(`By ${run.by}`);
  }
  if (newer) {
    const isAnswer = run.status === 'succeeded';
    const mine = isAnswer ? `Answer of ${moment(run.started)}; ` : 'By now ';
    parts.push(`${mine}${NEWER[newer.status](newer)}`);
  }
  if (warning) {
    parts.push(warning);
  }
  const inVain = newer?.status === 'failed' || newer?.status === 'cancelled';
  const bad = run.status === 'failed' || run.truncated || inVain || warning !== '';
  return parts.length > 0 ? (
    <p class={bad ? 'state bad' : 'state'}>
      {parts.map((part) => part.replace(/\.$/, '')).join('. ')}
    </p>
  ) : null;
}

/** `18:42`, with the day where it was another one. */
export function moment(iso: string | null): string {
  if (iso === null) {
    return 'before';
  }
  const time = new Date(iso);
  const clock = time.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  const isToday = time.toDateString() === new Date().toDateString();
  return isToday ? clock : `${time.toLocaleDateString('en-CA')} ${clock}`;
}
