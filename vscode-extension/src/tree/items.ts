/** How a node of the tree looks, and what it offers. */

import { ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState, Uri } from 'vscode';
import { ago, changes, count, moment, result } from '../format';
import type {
  RunStatus,
  RunSummary,
  TestReport,
  Version,
  WorkflowStatus,
  WorkflowStep,
} from '../protocol';
import { isGoingOn } from '../runs/goingOn';
import { marks, rate, rateInShort, ratings, whatChanged } from '../versions/rows';
import {
  type FolderNode,
  type GroupNode,
  isNamed,
  type Node,
  type PlaceNode,
  type RunNode,
  type StepNode,
  type VersionNode,
  type VersionsNode,
} from './nodes';
import { figures, inRow, look, standing } from './status';

const { Collapsed, Expanded, None } = TreeItemCollapsibleState;

export function itemOf(node: Node): TreeItem {
  switch (node.kind) {
    case 'folder':
      return folderItem(node);
    case 'group':
      return groupItem(node);
    case 'place':
      return placeItem(node);
    case 'step':
      return stepItem(node);
    case 'versions':
      return versionsItem(node);
    case 'version':
      return versionItem(node);
    case 'run':
      return runItem(node);
  }
}

function folderItem({ folder, name, workflow }: FolderNode): TreeItem {
  const item = new TreeItem(name, Expanded);
  item.id = folder;
  item.description = [workflow.name === name ? '' : workflow.name, standing(workflow)]
    .filter(Boolean)
    .join(' · ');
  const runs = workflow.status === 'running';
  item.contextValue = runs ? 'folder.running' : isNamed(workflow) ? 'folder' : 'folder.unnamed';
  item.iconPath = runs ? icon('running') : ThemeIcon.Folder;
  item.accessibilityInformation = {
    label: `Folder ${name}, ${runs ? 'running' : item.description}`,
  };
  return item;
}

function groupItem({ folder, name, named, steps }: GroupNode): TreeItem {
  const item = new TreeItem(name, Expanded);
  item.id = `${folder} group ${named} ${name}`;
  item.description = count(steps.length, named ? 'step' : 'prompt');
  item.contextValue = 'group';
  item.accessibilityInformation = { label: `Group ${name}, ${item.description}` };
  return item;
}

function placeItem({ folder, path, steps }: PlaceNode): TreeItem {
  const item = new TreeItem(path, Expanded);
  item.id = `${folder} place ${path}`;
  item.description = count(steps.length, 'prompt');
  item.iconPath = ThemeIcon.Folder;
  item.contextValue = 'place';
  item.accessibilityInformation = { label: `Folder ${path}, ${item.description}` };
  return item;
}

function versionsItem({ uri }: VersionsNode): TreeItem {
  const item = new TreeItem('Versions', Collapsed);
  item.id = `${uri} versions`;
  item.iconPath = new ThemeIcon('versions');
  item.contextValue = 'versions';
  item.accessibilityInformation = { label: 'Versions' };
  return item;
}

function stepItem({ folder, of: step, uri }: StepNode): TreeItem {
  const { words } = look(step.status);
  const item = new TreeItem(step.title, step.steps.length > 0 ? Expanded : Collapsed);
  item.id = `${folder} ${step.id}`;
  if (uri === null) {
    return withoutPrompt(item, step);
  }
  const version = step.current === null ? 'new' : `v${step.current}`;
  item.description = [version, inRow(step)].filter(Boolean).join(' · ');
  const isWaiting = step.status === 'running' && step.lastRun?.status === 'queued';
  item.iconPath = icon(isWaiting ? 'queued' : step.status);
  item.tooltip = stepTooltip(step);
  item.contextValue = isGoingOn(step.lastRun) ? 'step.running' : `step.${step.status}`;
  item.accessibilityInformation = {
    label: `Step ${step.title}, ${version}, ${words}${spoken(step.lastRun)}`,
  };
  item.command = { command: 'fourfold.openPrompt', title: 'Open Prompt', arguments: [{ uri }] };
  return item;
}

function withoutPrompt(item: TreeItem, step: WorkflowStep): TreeItem {
  item.collapsibleState = step.steps.length > 0 ? Expanded : None;
  item.description = 'no prompt';
  item.iconPath = new ThemeIcon('circle-large-outline', new ThemeColor('disabledForeground'));
  item.tooltip = `workflow.yaml names ${step.id}, but there is no prompt for it.`;
  item.contextValue = 'missing';
  item.accessibilityInformation = { label: `Step ${step.title}, no prompt` };
  return item;
}

function stepTooltip({ id, status, lastRun, inputs }: WorkflowStep): string {
  const takes = [...new Set(Object.values(inputs))].filter((source) => source !== null);
  return [
    `${id} · ${look(status).words}`,
    status === 'stale' ? 'It would be another run now: something before it has changed.' : '',
    takes.length > 0 ? `Takes the response of ${takes.join(', ')}` : '',
    lastRun ? `Last run: ${lastRun.error ?? result(lastRun)}` : '',
  ]
    .filter(Boolean)
    .join('\n');
}

function versionItem({ uri, of: version, version: number, report }: VersionNode): TreeItem {
  const item = new TreeItem(version.label, version.runs > 0 ? Collapsed : None);
  item.id = `${uri} ${number}`;
  item.description = [
    ...marks(version),
    rateInShort(version, report),
    figures(version.lastRun),
    ratings(version),
    whatChanged(version),
    ago(version.created),
  ]
    .filter(Boolean)
    .join(' · ');
  item.iconPath = isGoingOn(version.lastRun)
    ? new ThemeIcon('loading~spin')
    : new ThemeIcon(version.current ? 'pass-filled' : 'git-commit');
  item.tooltip = versionTooltip(version, report);
  const running = isGoingOn(version.lastRun) ? '.running' : '';
  const states = [version.current ? '.current' : '', version.pinned ? '.pinned' : '', running];
  item.contextValue = `version${states.join('')}`;
  const goesOn = version.lastRun && isGoingOn(version.lastRun) ? [result(version.lastRun)] : [];
  item.accessibilityInformation = {
    label: [`Version ${number}, ${item.description}`, ...goesOn].join(', '),
  };
  item.command = {
    command: 'fourfold.viewVersion',
    title: 'View Version',
    arguments: [{ uri, version: number }],
  };
  return item;
}

/** What the row has no room for. */
function versionTooltip(version: Version, report: TestReport | undefined): string {
  const { label, parent, created, runs, lastRun } = version;
  return [
    [label, ...marks(version)].join(' · '),
    whatChanged(version),
    `${parent === null ? '' : `from v${parent}, `}${moment(created)}`,
    changes(version),
    rate(version, report),
    ratings(version),
    runs === 0 ? 'not run yet' : count(runs, 'run'),
    lastRun ? `last run: ${lastRun.error ?? result(lastRun)} · ${lastRun.model}` : '',
  ]
    .filter(Boolean)
    .join('\n');
}

function runItem({ uri, of: run }: RunNode): TreeItem {
  const [label, ...more] = [figures(run), run.model].filter(Boolean);
  const item = new TreeItem(label ?? '', None);
  const when = run.started ? ago(run.started) : '';
  item.id = `${uri} ${run.id}`;
  item.description = [...more, run.cached ? 'cached' : '', when].filter(Boolean).join(' · ');
  item.iconPath = icon(run.status);
  item.tooltip = [run.error ?? result(run), run.model, run.started ? moment(run.started) : '']
    .filter(Boolean)
    .join('\n');
  item.contextValue = isGoingOn(run) ? 'run.running' : 'run';
  item.accessibilityInformation = {
    label: `Run ${result(run)}, ${[run.model, when].filter(Boolean).join(', ')}`,
  };
  item.resourceUri = Uri.parse(run.uri);
  item.command = {
    command: 'fourfold.showResponseOf',
    title: 'Show Response',
    arguments: [{ uri, run: run.id }],
  };
  return item;
}

function icon(status: WorkflowStatus | RunStatus): ThemeIcon {
  const { icon: name, color } = look(status);
  return new ThemeIcon(name, color === undefined ? undefined : new ThemeColor(color));
}

function spoken(run: RunSummary | null): string {
  return run ? `, last run ${result(run)}` : '';
}
