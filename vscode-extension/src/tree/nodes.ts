/** What the tree is made of: workflows, steps within steps, their versions, their runs. */

import type { RunSummary, TestReport, Version, Workflow, WorkflowStep } from '../protocol';

export interface FolderNode {
  kind: 'folder';
  /** The workspace folder's URI. */
  folder: string;
  name: string;
  workflow: Workflow;
}

/** Steps that belong together: those that run with the workflow, or the other prompts. */
export interface GroupNode {
  kind: 'group';
  folder: string;
  name: string;
  named: boolean;
  steps: WorkflowStep[];
}

/** The prompts of one folder below the workspace folder that do not run with the workflow. */
export interface PlaceNode {
  kind: 'place';
  folder: string;
  path: string;
  steps: WorkflowStep[];
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

/** The versions of a step that has sub-steps, which they are not to be mixed with. */
export interface VersionsNode {
  kind: 'versions';
  uri: string;
}

export interface VersionNode {
  kind: 'version';
  uri: string;
  /** The version's number, as commands want it. */
  version: number;
  of: Version;
  /** What the last tests of the step came to. */
  report: TestReport | undefined;
}

export interface RunNode {
  kind: 'run';
  uri: string;
  run: string;
  of: RunSummary;
}

export type Node =
  | FolderNode
  | GroupNode
  | PlaceNode
  | StepNode
  | VersionsNode
  | VersionNode
  | RunNode;

/** What is below a folder: its steps, in two groups where only some of them run with the workflow. */
export function belowFolder({ folder, workflow }: FolderNode): Node[] {
  const { name, steps } = workflow;
  const [named, others] = apart(steps);
  const groups: GroupNode[] = [
    { kind: 'group', folder, name, named: true, steps: named },
    { kind: 'group', folder, name: 'Other prompts', named: false, steps: others },
  ];
  const filled = groups.filter((group) => group.steps.length > 0);
  return filled.length > 1 ? filled : filled.flatMap(belowGroup);
}

/** Steps of the workflow in its order; other prompts by folder, after those that lie in none. */
export function belowGroup({ folder, named, steps }: GroupNode): Node[] {
  if (named) {
    return stepNodes(folder, steps);
  }
  const places = new Map<string, WorkflowStep[]>();
  for (const step of steps) {
    const path = step.id.slice(0, Math.max(0, step.id.lastIndexOf('/')));
    places.set(path, [...(places.get(path) ?? []), step]);
  }
  const loose = places.get('') ?? [];
  places.delete('');
  const below = [...places].map(
    ([path, inside]): PlaceNode => ({ kind: 'place', folder, path, steps: inside }),
  );
  return [...stepNodes(folder, loose), ...below];
}

/** Whether a workflow.yaml names steps, so that running the workflow runs those alone. */
export function isNamed({ steps }: Pick<Workflow, 'steps'>): boolean {
  return [...walk(steps)].some(({ named }) => named);
}

/** A step goes with its sub-steps: it is named where one of them is. */
function apart(steps: WorkflowStep[]): [WorkflowStep[], WorkflowStep[]] {
  const goes = (step: WorkflowStep) => isNamed({ steps: [step] });
  return [steps.filter(goes), steps.filter((step) => !goes(step))];
}

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

export function versionsOf(uri: string): VersionsNode {
  return { kind: 'versions', uri };
}
