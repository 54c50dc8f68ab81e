/** What the tests say: the sentence, and the intervals behind it. */

import { ago, count, money } from '../src/format';
import type { Board, TestedArm, TestReport } from '../src/protocol';
import type { Host } from './host';
import { GoOn } from './tests/goOn';

const WIDTH = 560;
const ROW = 24;
const RIGHT = 26;

export function Verdict({ board, act }: { board: Board; act: Host['act'] }) {
  const { report, testing, tests, current } = board;
  if (!report && tests === 0) {
    return null;
  }
  return (
    <section class="verdict" aria-label="Verdict">
      <div>
        <p class="sentence" aria-live="polite">
          {report?.sentence ?? `${count(tests, 'test')} can say which version is better.`}
        </p>
        {report && (report.by || !testing) && <p class="spent">{spent(report)}</p>}
        <GoOn board={board} act={act} />
        {report && report.pairs.length > 0 && (
          <details>
            <summary>{count(report.pairs.length, 'comparison')}</summary>
            <ul>
              {report.pairs.map((pair) => (
                <li key={`${pair.a.version} ${pair.a.model} ${pair.b.version} ${pair.b.model}`}>
                  {pair.sentence}
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
      {report && <Intervals arms={report.arms} current={current} />}
    </section>
  );
}

const STOPPED: Record<TestReport['stopped'], string> = {
  done: '',
  certain: 'stopped as soon as it was certain',
  equal: 'stopped: no one is better',
  budget: 'stopped at its limit',
  cancelled: 'not at its end yet',
};

/** `5 minutes ago · 96 calls · 4 taken over · $0.02 · stopped as soon as it was certain`; whose it is, where it is
 * another's. */
function spent({ by, started, calls, cached, costUsd, stopped }: TestReport): string {
  return [
    by ? `by ${by}, ${ago(started)}` : ago(started),
    count(calls, 'call'),
    cached > 0 ? `${cached.toLocaleString('en')} taken over` : '',
    costUsd ? money(costUsd) : '',
    STOPPED[stopped],
  ]
    .filter(Boolean)
    .join(' · ');
}

/** One line for each arm: the rate that was seen, and where the true one may lie. Behind them lies the
 * interval of the current version, so that one sees whose overlaps it. */
function Intervals({ arms, current }: { arms: TestedArm[]; current: number }) {
  const several = new Set(arms.map(({ model }) => model)).size > 1;
  const left = several ? 190 : 50;
  const x = (rate: number) => left + rate * (WIDTH - left - RIGHT);
  const height = arms.length * ROW + 20;
  const held = arms.find(({ version }) => version === current);
  return (
    <svg
      class="intervals"
      role="img"
      aria-label={`Pass rates: ${arms.map((arm) => said(arm, several)).join('; ')}`}
      viewBox={`0 0 ${WIDTH} ${height}`}
      width={WIDTH}
      height={height}
    >
      {held && (
        <rect
          class="held"
          x={x(held.interval[0])}
          width={Math.max(1, x(held.interval[1]) - x(held.interval[0]))}
          y={0}
          height={height - 20}
        />
      )}
      {[0, 0.25, 0.5, 0.75, 1].map((rate) => (
        <g key={rate}>
          <line class="tick" x1={x(rate)} x2={x(rate)} y1={0} y2={height - 20} />
          <text class="axis" x={x(rate)} y={height - 5} text-anchor="middle">
            {`${rate * 100} %`}
          </text>
        </g>
      ))}
      {arms.map((arm, index) => {
        const y = index * ROW + ROW / 2;
        return (
          <g key={`${arm.version} ${arm.model}`} class={arm.dropped ? 'arm dropped' : 'arm'}>
            <title>{said(arm, several)}</title>
            <text x={0} y={y + 4}>
              {short(named(arm, several))}
            </text>
            <line x1={x(arm.interval[0])} x2={x(arm.interval[1])} y1={y} y2={y} />
            {arm.rate !== null && <circle cx={x(arm.rate)} cy={y} r={4.5} />}
          </g>
        );
      })}
    </svg>
  );
}

function named({ version, model }: TestedArm, several: boolean): string {
  const label = typeof version === 'number' ? `v${version}` : String(version);
  return several ? `${label} ${model}` : label;
}

function short(name: string): string {
  return name.length > 24 ? `${name.slice(0, 23)}…` : name;
}

function said(arm: TestedArm, several: boolean): string {
  const [low, high] = arm.interval.map((one) => Math.round(one * 100));
  const rate = arm.rate === null ? 'nothing yet' : `${Math.round(arm.rate * 100)} %`;
  return `${named(arm, several)}: ${rate}, between ${low} and ${high} %, ${count(arm.runs, 'answer')}`;
}
