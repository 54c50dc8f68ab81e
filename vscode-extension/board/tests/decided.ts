/** Whether there is anything left to be asked. */

import type { Arm, Board } from '../../src/protocol';

/** Whether the tests have said all that they can of the versions that are kept. */
export function isDecided({ report, arms }: Board): boolean {
  if (!report || report.pairs.length === 0) {
    return false;
  }
  const tested = new Set(report.arms.map(({ version }) => version));
  const beaten = new Set(
    report.pairs.flatMap(({ a, b, verdict }) =>
      verdict === 'better' ? keyOf(a) : verdict === 'worse' ? keyOf(b) : [],
    ),
  );
  return (
    arms.every(({ version }) => tested.has(version.number)) &&
    report.pairs.every(
      ({ a, b, verdict }) =>
        verdict !== 'undecided' || beaten.has(keyOf(a)) || beaten.has(keyOf(b)),
    )
  );
}

function keyOf({ version, model }: Arm): string {
  return `${version} ${model}`;
}
