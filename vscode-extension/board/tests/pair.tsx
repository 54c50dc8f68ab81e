/** What two arms answered to a test, with what the assertions say of each. */

import { useState } from 'preact/hooks';
import type { Arm, BoardResult } from '../../src/protocol';
import { Compared } from '../answers/compared';
import { Dialog } from '../dialog';
import { type MatrixRow, passes } from './matrix';
import { Reason } from './reason';

export interface PairProps {
  row: MatrixRow;
  arms: Arm[];
  /** Places of arms: the base, and the other one where there is one. */
  sides: number[];
  close: () => void;
}

export function Pair({ row, arms, sides, close }: PairProps) {
  const results = sides.map((side) => row.cells[side]?.results ?? []);
  // What one has come for is most likely the answer that did not pass.
  const failed = results.at(-1)?.findIndex((result) => passes(result) !== true) ?? 0;
  const [repeat, setRepeat] = useState(Math.max(0, failed));
  const most = Math.max(...results.map(({ length }) => length));
  const shown = results.map((its) => its[repeat]);
  return (
    <Dialog title={row.name} close={close} wide>
      {most > 1 && (
        <label>
          Answer{' '}
          <select
            value={repeat}
            onChange={({ currentTarget }) => setRepeat(Number(currentTarget.value))}
          >
            {Array.from({ length: most }, (_, at) => (
              <option key={at} value={at}>
                {`${at + 1} of ${most}: ${results.map((its) => SIGNS[signOf(its[at])]).join(' ')}`}
              </option>
            ))}
          </select>
        </label>
      )}
      <div
        role="grid"
        aria-label="Answers"
        class="grid"
        style={{ '--columns': String(sides.length) }}
      >
        <div role="row" class="row heads">
          {sides.map((side, place) => (
            <div role="columnheader" key={side} class="head">
              <span class="label">
                {`v${arms[side]?.version} `}
                <span class="model">{arms[side]?.model}</span>
              </span>
              {place === 0 && sides.length > 1 && <span class="badge base">base</span>}
              <Reasons result={shown[place]} />
            </div>
          ))}
        </div>
        <Compared
          base={0}
          texts={sides.map((side, place) => ({
            key: `${side}`,
            label: `v${arms[side]?.version}`,
            text: shown[place]?.response ?? '',
            ended: shown[place]?.status === 'succeeded',
            cutOff: shown[place]?.truncated ?? false,
          }))}
        />
      </div>
    </Dialog>
  );
}

const SIGNS = { pass: '✓', fail: '✗', none: '–' };

function signOf(result: BoardResult | undefined): keyof typeof SIGNS {
  const passed = result === undefined ? null : passes(result);
  return passed === null ? 'none' : passed ? 'pass' : 'fail';
}

function Reasons({ result }: { result: BoardResult | undefined }) {
  if (!result) {
    return <p class="state">No answer is kept</p>;
  }
  return (
    <>
      {result.by !== null && <p class="state">{`By ${result.by}`}</p>}
      {result.error && <p class="state bad">{result.error}</p>}
      <ul class="reasons">
        {result.scores.map((score, at) => (
          <Reason key={at} score={score} />
        ))}
      </ul>
    </>
  );
}
