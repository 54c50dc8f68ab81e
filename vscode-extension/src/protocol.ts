/** The shapes of PROTOCOL.md that the server answers with. */

export type RunStatus = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';

export type ErrorKind =
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'rate_limited'
  | 'bad_request'
  | 'server_error'
  | 'unreachable'
  | 'timed_out'
  | 'misfit'
  | 'bad_input'
  | 'no_model'
  | 'cancelled'
  | 'interrupted'
  | 'own';

export interface RunSummary {
  id: string;
  step: string;
  /** null for a text that no version has. */
  version: number | null;
  test: string | null;
  repeat: number;
  model: string;
  status: RunStatus;
  error: string | null;
  errorKind: ErrorKind | null;
  finishReason: 'stop' | 'length' | 'content_filter' | 'tool_calls' | 'refusal' | null;
  /** Cut off, at the limit of tokens in most cases. */
  truncated: boolean;
  started: string | null;
  firstTokenMs: number | null;
  durationMs: number | null;
  inputTokens: number | null;
  outputTokens: number | null;
  costUsd: number | null;
  cached: boolean;
  /** Inputs that had no value but the prompt's example. */
  usedExamples: string[];
  /** What the model would not have otherwise, in sentences. */
  adjustments: string[];
  /** Those before it whose responses did not fit. */
  tries: RunSummary[];
  uri: string;
}

export interface Version {
  number: number;
  label: string;
  current: boolean;
  created: string;
  cause: 'seed' | 'save' | 'external' | 'command';
  /** The version that was current before it. */
  parent: number | null;
  /** The first words that differ from the parent. */
  change: string | null;
  name: string | null;
  pinned: boolean;
  words: number;
  linesAdded: number;
  linesRemoved: number;
  runs: number;
  lastRun: RunSummary | null;
  uri: string;
}

export interface VersionList {
  step: string;
  uri: string;
  current: number;
  cap: number;
  /** Newest first. */
  versions: Version[];
  /** What the last change pushed out. */
  pushedOut: { number: number; runs: number }[];
}

export interface ComparisonPair {
  title: string;
  left: string;
  right: string;
}

export interface Comparison {
  uri: string;
  title: string;
  versions: number[];
  pairs: ComparisonPair[];
}

export interface Step {
  step: string;
  title: string;
  uri: string;
  current: number | null;
  versions: number;
  lastRun: RunSummary | null;
}

export type WorkflowStatus =
  | 'not_started'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'stale';

export interface WorkflowStep {
  id: string;
  title: string;
  /** null for a step of workflow.yaml that has no prompt. */
  uri: string | null;
  status: WorkflowStatus;
  current: number | null;
  /** The step whose response each input takes; null for what comes from elsewhere. */
  inputs: Record<string, string | null>;
  stale: boolean;
  lastRun: RunSummary | null;
  steps: WorkflowStep[];
}

export interface Workflow {
  name: string;
  status: WorkflowStatus;
  steps: WorkflowStep[];
}

export interface StepRun {
  step: string;
  version: number;
  /** null where it went with its version. */
  run: string | null;
  status: RunStatus;
  reused: boolean;
  error: string | null;
}

export interface WorkflowRun {
  id: string;
  name: string;
  status: RunStatus | 'interrupted';
  error: string | null;
  started: string;
  ended: string | null;
  from: string | null;
  until: string | null;
  versions: Record<string, number>;
  fresh: boolean;
  /** By `STEP.NAME`. */
  inputs: Record<string, unknown>;
  steps: StepRun[];
}

export interface WorkflowComparison {
  uri: string;
  title: string;
  /** The older one first. */
  runs: [string, string];
  pairs: (ComparisonPair & { same: boolean })[];
}

export interface Model {
  name: string;
  id: string;
  /** The host that gets the requests; null for the embedded model. */
  endpoint: string | null;
  /** The address that a key is stored for; null where no key is needed. */
  url: string | null;
  source: 'config' | 'environment' | 'editor' | 'embedded' | 'plugin';
  /** null where there is nothing to install. */
  installed: boolean | null;
  /** The day on which it is retired, where that is known. */
  endsOn: string | null;
}

export interface ModelList {
  models: Model[];
  /** What runs use whose prompt and step name none; null where one has to be named. */
  default: string | null;
  /** The user's own config.toml, as a path; it may not exist yet. */
  file: string;
}

export function isGoingOn(run: RunSummary | null): boolean {
  return run !== null && (run.status === 'queued' || run.status === 'running');
}

export interface Arm {
  /** `git:REF` of a text at a commit. */
  version: number | string;
  model: string;
}

export interface TestedArm extends Arm {
  runs: number;
  passed: number;
  rate: number | null;
  /** Holds while it is watched. */
  interval: [number, number];
  score: number | null;
  missing: number;
  inputTokens: number | null;
  outputTokens: number | null;
  durationMs: number | null;
  costUsd: number | null;
  distinct: number;
  dropped: boolean;
}

export interface TestPair {
  a: Arm;
  b: Arm;
  /** Of b, held against a. */
  verdict: 'better' | 'worse' | 'equal' | 'undecided';
  difference: number;
  interval: [number, number];
  wins: number;
  losses: number;
  pairs: number;
  evidence: number;
  sentence: string;
}

export interface TestReport {
  id: string;
  step: string;
  seed: number;
  stopped: 'done' | 'certain' | 'equal' | 'budget' | 'cancelled';
  calls: number;
  cached: number;
  costUsd: number | null;
  sentence: string;
  arms: TestedArm[];
  pairs: TestPair[];
  tests: {
    name: string;
    arms: (Arm & { runs: number; passed: number; score: number | null })[];
  }[];
}

export interface Score {
  run: string;
  assertion: { type: string; not: boolean; value: unknown; metric: string | null };
  /** null where it could not be judged. */
  passed: boolean | null;
  score: number | null;
  reason: string;
  costUsd: number | null;
}

/** What somebody says of a run. */
export interface Rating {
  run: string;
  rating: -1 | 0 | 1;
  note: string;
  by: string;
  created: string;
}

/** A run with what it brought: the response as far as it has come. */
export interface BoardRun extends RunSummary {
  response: string;
  /** The oldest first. */
  ratings: Rating[];
}

export interface BoardArm {
  version: Version;
  text: string;
  /** Newest first. */
  runs: BoardRun[];
}

/** What a version answered to a test on a model. */
export interface BoardResult {
  run: string;
  test: string;
  version: number;
  model: string;
  repeat: number;
  status: RunStatus;
  error: string | null;
  truncated: boolean;
  response: string;
  scores: Score[];
}

export interface Board {
  step: string;
  title: string;
  /** Of the prompt file. */
  uri: string;
  current: number;
  /** Oldest first. */
  arms: BoardArm[];
  report: TestReport | null;
  results: BoardResult[];
}
