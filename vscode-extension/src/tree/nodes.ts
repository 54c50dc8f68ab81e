/** What the tree is made of: workflows, steps within steps, their versions, their runs. */

import type { RunSummary, Version, Workflow, WorkflowStep } from '../protocol';

export interface FolderNode {
  kind: 'folder';
  /** The workspace folder's URI. */
  folder: string;
  name: string;
  workflow: Workflow;
}

export interface StepNode {
  kind: 'step';
  folder: string;
  /** The step's id, as commands want it. */
  step: string;
  of: WorkflowStep;
  /** The prompt's; null where there is none. */
  uri: string | null;
}

export interface VersionNode {
  kind: 'version';
  uri: string;
  /** The version's number, as commands want it. */
  version: number;
  of: Version;
}

export interface RunNode {
  kind: 'run';
  uri: string;
  run: string;
  of: RunSummary;
}

export type Node = FolderNode | StepNode | VersionNode | RunNode;

export function stepNodes(folder: string, steps: WorkflowStep[]): StepNode[] {
  return steps.map((of) => ({ kind: 'step', folder, step: of.id, of, uri: of.uri }));
}

/** Every step, each before its sub-steps. */
export function* walk(steps: WorkflowStep[]): Generator<WorkflowStep> {
  for (const step of steps) {
    yield step;
    yield* walk(step.steps);
  }
}
