/** What a report says of each test, as the Testing view shows it. */

import type { ArmOnTest, TestReport, WholeRun } from '../protocol';

export interface Fault {
  /** Such as "v3"; with the model where there are several. */
  label: string;
  /** `v3 passed 1 of 3: it does not contain "Hello".` */
  message: string;
  run: string | null;
}

export interface Outcome {
  name: string;
  state: 'passed' | 'failed' | 'errored' | 'skipped';
  /** `v3 ✗ · v4 ✓ 3 of 3` */
  description: string;
  /** Why it did not pass: those of the version that counts first, then those of the others. */
  faults: Fault[];
}

/**
 * Each test once, by its name. The current version decides how a test stands, and all do where it is
 * not among those that were asked.
 */
export function outcomes(report: TestReport, current: number): Outcome[] {
  const models = new Set(report.arms.map(({ model }) => model));
  const named = (arm: ArmOnTest) => labelOf(arm, models.size > 1);
  const hasCurrent = report.arms.some(({ version }) => version === current);
  const byName = new Map<string, ArmOnTest[]>();
  for (const { name, arms } of report.tests) {
    byName.set(name, [...(byName.get(name) ?? []), ...arms]);
  }
  return [...byName].map(([name, arms]) => {
    const counting = hasCurrent ? arms.filter(({ version }) => version === current) : arms;
    const others = arms.filter((arm) => !counting.includes(arm));
    return {
      name,
      state: stateOf(counting),
      description: arms
        .filter(wasAsked)
        .map((arm) => `${named(arm)} ${mark(arm)}`)
        .join(' · '),
      faults: [...counting, ...others].filter(isFault).map((arm) => ({
        label: named(arm),
        message: `${named(arm)} ${inWords(arm)}`,
        run: arm.run,
      })),
    };
  });
}

/** What was expected of a run, and what it answered, for two columns beside each other. */
export function expectedAndActual({ scores, response, error }: WholeRun): [string, string] {
  const missed = scores.filter(({ passed }) => passed !== true);
  const [only] = missed;
  const isText = missed.length === 1 && only?.assertion.type === 'equals' && !only.assertion.not;
  const expected = isText
    ? written(only.assertion.value)
    : missed.map(({ assertion }) => asserted(assertion)).join('\n');
  return [expected, response || error || ''];
}

function asserted({ type, not, value }: WholeRun['scores'][number]['assertion']): string {
  const name = `${not ? 'not-' : ''}${type}`;
  return value === null ? name : `${name}: ${written(value)}`;
}

function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

function stateOf(arms: ArmOnTest[]): Outcome['state'] {
  if (arms.some(({ runs, passed }) => passed < runs)) {
    return 'failed';
  }
  if (arms.some(({ missing }) => missing > 0)) {
    return 'errored';
  }
  return arms.some(wasAsked) ? 'passed' : 'skipped';
}

const wasAsked = ({ runs, missing }: ArmOnTest) => runs + missing > 0;

const isFault = ({ runs, passed, missing }: ArmOnTest) => passed < runs || missing > 0;

function labelOf({ version, model }: ArmOnTest, withModel: boolean): string {
  const label = typeof version === 'number' ? `v${version}` : version;
  return withModel ? `${label} on ${model}` : label;
}

function mark({ runs, passed, missing }: ArmOnTest): string {
  const sign = passed < runs ? '✗' : missing > 0 ? '?' : '✓';
  return runs + missing > 1 ? `${sign} ${passed} of ${runs + missing}` : sign;
}

function inWords({ runs, passed, missing, reason }: ArmOnTest): string {
  const often = runs > 1 ? `passed ${passed} of ${runs}` : 'did not pass';
  const what =
    passed < runs
      ? often
      : missing > 1
        ? `gave no answer to judge ${missing} times`
        : 'gave no answer to judge';
  return reason ? `${what}: ${reason}` : `${what}.`;
}
