/** The shapes of PROTOCOL.md that the server has. Made by `make generate`. */

export type Cause = 'seed' | 'save' | 'external' | 'command';

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

export type FinishReason = 'stop' | 'length' | 'content_filter' | 'tool_calls' | 'refusal';

export type ModelSource = 'config' | 'environment' | 'editor' | 'embedded' | 'plugin' | 'local';

export type RunStatus = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';

export type Stopped = 'done' | 'certain' | 'equal' | 'budget' | 'cancelled';

export type WorkflowRunStatus =
  | 'queued'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'interrupted';

export type WorkflowStatus =
  | 'not_started'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'stale';

/** What tests say of a version's text. */
export interface Tested {
  /** Whose report says so; null: this user's. */
  by: string | null;
  /** ISO 8601 UTC. */
  started: string;
  passed: number;
  runs: number;
  /** Of the pass rate. */
  interval: [number, number];
  /** How it stands to the others, such as "better than v3". */
  verdict: string | null;
  tests: number;
  /** Whether they are those that there are now. */
  sameTests: boolean;
  /** Its id. */
  report: string;
}

/** One kept version of a step, without its text. */
export interface Version {
  number: number;
  /** Such as "v3". */
  label: string;
  current: boolean;
  /** ISO 8601 UTC. */
  created: string;
  cause: Cause;
  /** The version that was current before it. */
  parent: number | null;
  /** The first changed words against the parent, and the first option of the model that is another, up to 60 characters. */
  change: string | null;
  name: string | null;
  pinned: boolean;
  words: number;
  /** Against the parent, as `linesRemoved`. */
  linesAdded: number;
  linesRemoved: number;
  /** How many there are. */
  runs: number;
  /** How often people rated a run of it so, as `bad`. */
  good: number;
  bad: number;
  lastRun: RunSummary | null;
  /** The newest report of this user, then of others, if any. */
  tested: Tested[];
  /** Of its document. */
  uri: string;
}

/** A version that a change took away. */
export interface PushedOut {
  number: number;
  /** How many went with it. */
  runs: number;
}

/** The kept versions of a step. */
export interface VersionList {
  step: string;
  /** Of the prompt file. */
  uri: string;
  current: number;
  /** 4. */
  cap: number;
  /** Newest first. */
  versions: Version[];
  /** By the last change; undo brings it back. */
  pushedOut: PushedOut[];
}

/** One prompt of a workspace folder. */
export interface Step {
  step: string;
  title: string;
  uri: string;
  /** Null where it was never seen. */
  current: number | null;
  /** How many are kept. */
  versions: number;
  /** The newest of all. */
  lastRun: RunSummary | null;
}

/** Steps, in the order of their workflows. */
export interface Steps {
  steps: Step[];
}

/** One response of a model to one text with one set of inputs, without the response. */
export interface RunSummary {
  id: string;
  step: string;
  /** Null for a text that no version has. */
  version: number | null;
  /** The test case whose inputs it had. */
  test: string | null;
  /** From 1. */
  repeat: number;
  model: string;
  status: RunStatus;
  error: string | null;
  errorKind: ErrorKind | null;
  finishReason: FinishReason | null;
  /** Cut off, at the limit of tokens in most cases. */
  truncated: boolean;
  /** ISO 8601 UTC. */
  started: string | null;
  firstTokenMs: number | null;
  durationMs: number | null;
  inputTokens: number | null;
  outputTokens: number | null;
  /** What it has cost now: 0 where reused. */
  costUsd: number | null;
  /** An earlier response to the same request. */
  cached: boolean;
  /** Whose run it is; null for this user's. */
  by: string | null;
  /** Inputs that had no value but the prompt's example. */
  usedExamples: string[];
  /** What was sent otherwise, or may have been paid twice, in sentences. */
  adjustments: string[];
  /** Those before it whose responses did not fit. */
  tries: RunSummary[];
  uri: string;
}

/** Runs, in the order asked for, or the newest first. */
export interface Runs {
  runs: RunSummary[];
}

/** The runs that were cancelled. */
export interface CancelledRuns {
  /** Their ids. */
  cancelled: string[];
}

/** A run with its response, which a script has no other way to read. */
export interface RunWithResponse extends RunSummary {
  /** As far as it has come. */
  response: string;
}

/** A run of the workflow, with what later steps get of it. */
export interface RunWithValue extends RunWithResponse {
  /** Null where it has not succeeded. */
  value: unknown;
}

/** What a response was held against. */
export interface Assertion {
  type: string;
  not: boolean;
  value: unknown;
  metric: string | null;
}

/** What an assertion says of a run. */
export interface Score {
  run: string;
  assertion: Assertion;
  /** Null where it could not be judged. */
  passed: boolean | null;
  score: number | null;
  reason: string | null;
  costUsd: number | null;
}

/** What the user says of a run. */
export interface GivenRating {
  run: string;
  /** 1 is good, -1 bad, 0 neither. */
  rating: -1 | 0 | 1;
  note: string;
}

/** What a person says of a run. */
export interface Rating extends GivenRating {
  by: string;
  /** ISO 8601 UTC. */
  created: string;
}

/** Everything that is kept of a run. */
export interface WholeRun extends RunWithValue {
  messages: Record<string, string>[];
  parameters: Record<string, unknown>;
  /** What its test's assertions say of it. */
  scores: Score[];
  ratings: Rating[];
}

/** Runs with everything that is kept of them, in the order asked for. */
export interface WholeRuns {
  runs: WholeRun[];
}

/** Two documents to show side by side. */
export interface ComparisonPair {
  title: string;
  /** A URI, as `right`. */
  left: string;
  right: string;
}

/** Two to four versions of a step against each other. */
export interface Comparison {
  /** Of the comparison's document. */
  uri: string;
  title: string;
  versions: number[];
  pairs: ComparisonPair[];
}

/** The responses that a step had in two runs of the workflow. */
export interface WorkflowComparisonPair extends ComparisonPair {
  same: boolean;
}

/** Two runs of the workflow against each other. */
export interface WorkflowComparison {
  /** Of the comparison's document. */
  uri: string;
  title: string;
  /** The older one first. */
  runs: [string, string];
  pairs: WorkflowComparisonPair[];
}

/** A step with its sub-steps, and how it stands. */
export interface WorkflowStep {
  id: string;
  /** The same. */
  step: string;
  title: string;
  /** Null for a step without a prompt. */
  uri: string | null;
  status: WorkflowStatus;
  current: number | null;
  /** The step whose response each takes; null for a file or a value. */
  inputs: Record<string, string | null>;
  stale: boolean;
  /** Whether workflow.yaml names it: only those run with the workflow. */
  named: boolean;
  lastRun: RunSummary | null;
  steps: WorkflowStep[];
}

/** A workflow as it stands. */
export interface Workflow {
  /** The folder's where workflow.yaml gives none. */
  name: string;
  /** Of the steps that workflow.yaml names; of all where it names none. */
  status: WorkflowStatus;
  steps: WorkflowStep[];
}

/** How a step went in a run of the workflow. */
export interface StepRun {
  step: string;
  version: number;
  /** Null where it went with its version. */
  run: string | null;
  status: RunStatus;
  reused: boolean;
  error: string | null;
}

/** A run of the workflow that is kept. */
export interface WorkflowRun {
  id: string;
  name: string;
  /** Interrupted: its process was killed. */
  status: WorkflowRunStatus;
  error: string | null;
  /** ISO 8601 UTC. */
  started: string;
  ended: string | null;
  from: string | null;
  until: string | null;
  versions: Record<string, number>;
  fresh: boolean;
  /** By STEP.NAME. */
  inputs: Record<string, unknown>;
  /** What every step asks, where one was named. */
  model: string | null;
  budgetUsd: number | null;
  steps: StepRun[];
}

/** What `fourfold/workflowEnded` says. */
export interface WorkflowEnded {
  /** Of the workspace folder. */
  uri: string;
  run: WorkflowRun;
}

/** Runs of the workflow, the newest first, at most 50. */
export interface WorkflowRuns {
  runs: WorkflowRun[];
}

/** A run with what it was given, and what is said of it. */
export interface BoardRun extends RunWithResponse {
  /** What it was rendered with. */
  inputs: Record<string, unknown>;
  /** The oldest first. */
  ratings: Rating[];
}

/** A version with its answers. */
export interface BoardArm {
  version: Version;
  text: string;
  /** Newest first, at most 5, none of tests. */
  runs: BoardRun[];
}

/** What a version answered to a test on a model: the first answer of each repeat. */
export interface BoardResult {
  run: string;
  test: string;
  version: number;
  model: string;
  repeat: number;
  status: RunStatus;
  error: string | null;
  truncated: boolean;
  /** Whose answer it is; null for this user's. */
  by: string | null;
  response: string;
  scores: Score[];
}

/** An input that some kept version has. */
export interface BoardInput {
  name: string;
  kind: string;
  description: string | null;
  /** Its default, else its example; null without any. */
  value: unknown;
  /** Whether that is an example. */
  example: boolean;
  /** Whether the prompt does without a value. */
  optional: boolean;
}

/** Values of inputs by name: those of a test. */
export interface InputSet {
  name: string;
  inputs: Record<string, unknown>;
}

/** Tests that go on: answers that are there of those that were planned. */
export interface Testing {
  done: number;
  planned: number;
  calls: number;
  costUsd: number | null;
  /** Another process has them, or another person; it ends them. */
  elsewhere: boolean;
}

/** What the board shows. */
export interface Board {
  step: string;
  title: string;
  /** Of the prompt file. */
  uri: string;
  current: number;
  /** Oldest first. */
  arms: BoardArm[];
  /** Null where none go on. */
  testing: Testing | null;
  inputs: BoardInput[];
  /** Of the first 50 tests that can be run. */
  sets: InputSet[];
  /** How many tests beside the prompt can be run. */
  tests: number;
  report: TestReport | null;
  results: BoardResult[];
}

/** One response, as the board's page shows it, with all that is kept of it. */
export interface RunPage {
  /** Of the step. */
  title: string;
  /** Of the prompt file. */
  uri: string;
  /** Null where it is not kept any more. */
  version: Version | null;
  current: number;
  run: WholeRun;
  /** What it was rendered with. */
  inputs: Record<string, unknown>;
  /** The version's newest run, where this is an older one. */
  newer: RunSummary | null;
  /** Its last whole answer, where this run brought none. */
  older: RunSummary | null;
  /** Markdown: what the step makes of the response. */
  said: string;
}

/** What came of an action of a board's page. */
export interface ActedOnBoard {
  /** Those that it began. */
  runs: RunSummary[];
}

/** A place in a file, from 0, in code points. */
export interface Place {
  line: number;
  character: number;
}

/** From one place up to another. */
export interface Range {
  start: Place;
  end: Place;
}

/** A document that was opened for the user. */
export interface Opened {
  uri: string;
}

/** A file of a response, and what writing it would change. */
export interface PlannedFile {
  path: string;
  uri: string;
  change: 'created' | 'changed' | 'unchanged';
  /** How tools run or obey it. */
  warning: string | null;
}

/** What writing the files of a step's response would change. */
export interface PlannedFiles {
  files: PlannedFile[];
}

/** A model that can be named. */
export interface Model {
  name: string;
  id: string;
  /** The host; null for this machine. */
  endpoint: string | null;
  /** The address that a key is for; null without one. */
  url: string | null;
  source: ModelSource;
  /** Null where there is nothing to install. */
  installed: boolean | null;
  /** Its last day, where that is known. */
  endsOn: string | null;
}

/** The models that can be named, the default first. */
export interface ModelList {
  models: Model[];
  /** What runs use that name none; null where one has to be named. */
  default: string | null;
  /** The user's own config.toml, which may not be there yet. */
  file: string;
}

/** A message as a model would get it. */
export interface Message {
  role: string;
  content: string;
}

/** What a run would send: no model is asked, and nothing goes over the network. */
export interface RenderedStep {
  messages: Message[];
  /** Named as the endpoint has them. */
  parameters: Record<string, unknown>;
  /** Null where there is none to ask. */
  model: string | null;
  /** About: a token for every four characters. */
  inputTokens: number;
  /** Of these and of a response of as many tokens as it may have, else of 500. */
  estimateUsd: number | null;
}

/** A version on a model. */
export interface Arm {
  /** A number, "git:REF" or "none". */
  version: number | string;
  model: string;
}

/** What an arm came to. Tokens, times and costs are medians of a run. */
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
  /** How many answers differ. */
  distinct: number;
  dropped: boolean;
  /** Others whose answers are among them; null: this user's alone. */
  by: string | null;
}

/** Two arms against each other. */
export interface TestPair {
  a: Arm;
  b: Arm;
  /** Of b, held against a. */
  verdict: 'better' | 'worse' | 'equal' | 'undecided';
  difference: number;
  /** Holds while it is watched. */
  interval: [number, number];
  wins: number;
  losses: number;
  pairs: number;
  evidence: number;
  sentence: string;
}

/** What an arm did on a test. */
export interface ArmOnTest extends Arm {
  runs: number;
  passed: number;
  score: number | null;
  /** Answers that could not be had, or not be judged. */
  missing: number;
  /** The first that did not pass, else a missing one, else the first. */
  run: string | null;
  /** Why that one did not pass. */
  reason: string | null;
}

/** A test, and what each arm did on it. */
export interface TestRow {
  name: string;
  arms: ArmOnTest[];
}

/** What a matrix came to. */
export interface TestReport {
  id: string;
  step: string;
  /** Whose it is; null: this user's. */
  by: string | null;
  /** ISO 8601 UTC. */
  started: string;
  seed: number;
  stopped: Stopped;
  calls: number;
  /** Answers that were there before. */
  cached: number;
  costUsd: number | null;
  sentence: string;
  arms: TestedArm[];
  pairs: TestPair[];
  tests: TestRow[];
}

/** A test of a prompt, and where it stands. */
export interface ListedTest {
  name: string;
  /** Of the file that has it. */
  uri: string;
  /** Of a file of UTF-8, in the client's units. */
  range: Range;
  /** The names of its variables. */
  vars: string[];
  /** How many assertions it has. */
  asserts: number;
}

/** The tests of a prompt that can be run, in the order of their files. */
export interface ListedTests {
  tests: ListedTest[];
}

/** A test that was added to a file. */
export interface SavedTest {
  name: string;
  /** Of the tests file. */
  uri: string;
}

/** A matrix that goes on. */
export interface StartedTests {
  /** Its report's. */
  id: string;
  /** How many calls at most. */
  planned: number | null;
  /** What they would cost, about. */
  estimateUsd: number | null;
}

/** What `fourfold/testsChanged` says of a matrix. */
export interface TestsNews {
  /** Of the prompt file. */
  uri: string;
  /** Its report's. */
  id: string;
  /** False: it has ended, or was cancelled. */
  goesOn: boolean;
}

/** Runs versions: one is asked anew, of several what is missing. `inputs` go before the values that inputs have by themselves. */
export interface RunAction {
  action: 'run';
  versions: number[];
  inputs?: Record<string, unknown> | null;
}

/** Cancels these runs. */
export interface CancelAction {
  action: 'cancel';
  runs: string[];
}

/** Makes a version current, as `fourfold.setCurrentVersion`. */
export interface MakeCurrentAction {
  action: 'makeCurrent';
  version: number;
}

/** Keeps what the user says of a run, as `fourfold.rate`. */
export interface RateAction {
  action: 'rate';
  run: string;
  rating: -1 | 0 | 1;
  note?: string;
}

/** Runs the kept versions on the tests until it is certain which is better, with so many calls at most. What was answered before is taken over. */
export interface RunTestsAction {
  action: 'test';
  maxCalls: number;
}

/** Stops the tests that go on; what is done is kept. */
export interface StopTestsAction {
  action: 'stopTests';
}

/** Keeps values of inputs under a name, as a test beside the prompt that any answer fulfils. */
export interface KeepInputsAction {
  action: 'keepInputs';
  name: string;
  inputs: Record<string, unknown>;
}

export type BoardAction =
  | RunAction
  | CancelAction
  | MakeCurrentAction
  | RateAction
  | RunTestsAction
  | StopTestsAction
  | KeepInputsAction;
