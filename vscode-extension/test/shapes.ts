import type {
  ArmOnTest,
  Board,
  RunSummary,
  TestedArm,
  TestReport,
  TestRow,
  Version,
  WorkflowRun,
  WorkflowStep,
} from '../src/protocol';

export function run(given: Partial<RunSummary> = {}): RunSummary {
  return {
    id: 'r',
    step: 'greet',
    version: 1,
    test: null,
    repeat: 1,
    model: 'm',
    status: 'succeeded',
    error: null,
    errorKind: null,
    finishReason: 'stop',
    truncated: false,
    started: '2026-01-01T00:00:00.000Z',
    firstTokenMs: 100,
    durationMs: 1_234,
    inputTokens: 10,
    outputTokens: 340,
    costUsd: 0.0004,
    cached: false,
    by: null,
    usedExamples: [],
    adjustments: [],
    tries: [],
    uri: 'fourfold:/k/run/greet.r.md',
    ...given,
  };
}

export function version(number: number, given: Partial<Version> = {}): Version {
  return {
    number,
    label: `v${number}`,
    current: false,
    created: '2026-01-01T00:00:00.000Z',
    cause: 'save',
    parent: number > 1 ? number - 1 : null,
    change: null,
    name: null,
    pinned: false,
    words: 10,
    linesAdded: 0,
    linesRemoved: 0,
    runs: 0,
    good: 0,
    bad: 0,
    lastRun: null,
    tested: [],
    uri: `fourfold:/k/version/greet.v${number}.md`,
    ...given,
  };
}

export function board(given: Partial<Board> = {}): Board {
  return {
    step: 'greet',
    title: 'Greet',
    uri: 'file:///greet.md',
    current: 1,
    arms: [],
    testing: null,
    inputs: [],
    sets: [],
    tests: 0,
    report: null,
    results: [],
    ...given,
  };
}

export function step(id: string, given: Partial<WorkflowStep> = {}): WorkflowStep {
  return {
    id,
    step: id,
    title: id,
    uri: `file:///w/prompts/${id}.prompty`,
    status: 'not_started',
    current: 1,
    inputs: {},
    stale: false,
    named: true,
    lastRun: null,
    steps: [],
    ...given,
  };
}

export function workflowRun(id: string, given: Partial<WorkflowRun> = {}): WorkflowRun {
  return {
    id,
    name: 'Sample',
    status: 'succeeded',
    error: null,
    started: '2026-01-01T00:00:00.000Z',
    ended: '2026-01-01T00:01:00.000Z',
    from: null,
    until: null,
    versions: {},
    fresh: false,
    inputs: {},
    model: null,
    budgetUsd: null,
    steps: [],
    ...given,
  };
}

export function arm(version: number | string, given: Partial<TestedArm> = {}): TestedArm {
  return {
    version,
    model: 'm',
    runs: 0,
    passed: 0,
    rate: null,
    interval: [0, 1],
    score: null,
    missing: 0,
    inputTokens: null,
    outputTokens: null,
    durationMs: null,
    costUsd: null,
    distinct: 0,
    dropped: false,
    by: null,
    ...given,
  };
}

export function onTest(version: number | string, given: Partial<ArmOnTest> = {}): ArmOnTest {
  const [runs, passed, missing] = [1, 1, 0];
  const base = { version, model: 'm', runs, passed, missing };
  return { ...base, score: null, run: `r${version}`, reason: null, ...given };
}

export function report(arms: TestedArm[], tests: TestRow[] = []): TestReport {
  return {
    id: 'x',
    step: 'greet',
    by: null,
    started: '2026-01-01T00:00:00.000Z',
    seed: 1,
    stopped: 'done',
    calls: 0,
    cached: 0,
    costUsd: null,
    sentence: 'Not decided yet.',
    arms,
    pairs: [],
    tests,
  };
}
