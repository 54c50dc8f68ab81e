/** Going on with the tests until it is certain which version is better, and stopping them. */

import { count, money } from '../../src/format';
import type { Board, TestReport } from '../../src/protocol';
import type { Host } from '../host';
import { isDecided } from './decided';

/** The most calls that a click may cost. */
const MOST_CALLS = 200;

export function GoOn({ board, act }: { board: Board; act: Host['act'] }) {
  const { testing, report, tests } = board;
  if (testing) {
    const { done, planned, calls, costUsd, elsewhere } = testing;
    const said = [
      `${done.toLocaleString('en')} of at most ${count(planned, 'answer')}`,
      count(calls, 'call'),
      costUsd ? money(costUsd) : '',
    ];
    return (
      <div class="going">
        <progress aria-label="Tests" value={done} max={planned} />
        <span>{said.filter(Boolean).join(' · ')}</span>
        {act && !elsewhere && (
          <button type="button" onClick={() => act({ action: 'stopTests' })}>
            Stop
          </button>
        )}
      </div>
    );
  }
  if (!act || tests === 0 || isDecided(board)) {
    return null;
  }
  return (
    <div class="going">
      <button
        type="button"
        class="main"
        onClick={() => act({ action: 'test', maxCalls: MOST_CALLS })}
      >
        {report ? 'Go on until certain' : 'Which is better?'}
      </button>
      <span>
        {[`at most ${count(MOST_CALLS, 'call')}`, price(report)].filter(Boolean).join(', ')}
      </span>
    </div>
  );
}

/** What so many calls cost, going by those that were made. */
function price(report: TestReport | null): string {
  return report?.costUsd && report.calls > 0
    ? `about ${money((report.costUsd / report.calls) * MOST_CALLS)}`
    : '';
}
