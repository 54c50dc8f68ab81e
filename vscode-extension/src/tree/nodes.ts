/** What the tree is made of: steps within steps, their versions, their runs. */

import type { RunSummary, Step, Version } from '../protocol';

export interface FolderNode {
  kind: 'folder';
  name: string;
  steps: StepNode[];
}

export interface StepNode {
  kind: 'step';
  uri: string;
  step: Step;
  steps: StepNode[];
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

/** Steps in the order given, each below the nearest step of which its id is a part. */
export function nest(steps: Step[]): StepNode[] {
  const nodes = new Map<string, StepNode>();
  for (const step of steps) {
    nodes.set(step.step, { kind: 'step', uri: step.uri, step, steps: [] });
  }
  const roots: StepNode[] = [];
  for (const [id, node] of nodes) {
    const parent = parentOf(id, nodes);
    (parent ? parent.steps : roots).push(node);
  }
  return roots;
}

function parentOf(id: string, nodes: Map<string, StepNode>): StepNode | undefined {
  const parts = id.split('/');
  for (let length = parts.length - 1; length > 0; length--) {
    const parent = nodes.get(parts.slice(0, length).join('/'));
    if (parent) {
      return parent;
    }
  }
  return undefined;
}
