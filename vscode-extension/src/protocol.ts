/** The shapes of PROTOCOL.md that the server answers with. */

export type RunStatus = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';

export interface RunSummary {
  id: string;
  step: string;
  version: number;
  test: string | null;
  repeat: number;
  model: string;
  status: RunStatus;
  error: string | null;
  started: string | null;
  firstTokenMs: number | null;
  durationMs: number | null;
  inputTokens: number | null;
  outputTokens: number | null;
  costUsd: number | null;
  cached: boolean;
  uri: string;
}

export interface Version {
  number: number;
  label: string;
  current: boolean;
  created: string;
  cause: 'seed' | 'save' | 'external' | 'restore' | 'command';
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
}

export interface ModelList {
  models: Model[];
  /** What runs use whose prompt and step name none. */
  default: string;
  /** The user's own config.toml, as a path; it may not exist yet. */
  file: string;
}

export function isGoingOn(run: RunSummary | null): boolean {
  return run !== null && (run.status === 'queued' || run.status === 'running');
}
