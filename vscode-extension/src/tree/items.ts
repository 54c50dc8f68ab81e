/** How a node of the tree looks, and what it offers. */

import { ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState, Uri } from 'vscode';
import { ago, changes, lineChanges, result } from '../format';
import { isGoingOn, type RunSummary } from '../protocol';
import type { FolderNode, Node, RunNode, StepNode, VersionNode } from './nodes';

const { Collapsed, Expanded, None } = TreeItemCollapsibleState;

export function itemOf(node: Node): TreeItem {
  switch (node.kind) {
    case 'folder':
      return folderItem(node);
    case 'step':
      return stepItem(node);
    case 'version':
      return versionItem(node);
    case 'run':
      return runItem(node);
  }
}

function folderItem({ name }: FolderNode): TreeItem {
  const item = new TreeItem(name, Expanded);
  item.id = `folder ${name}`;
  item.contextValue = 'folder';
  item.iconPath = ThemeIcon.Folder;
  return item;
}

function stepItem({ uri, step, steps }: StepNode): TreeItem {
  const item = new TreeItem(step.title, steps.length > 0 ? Expanded : Collapsed);
  const count = step.versions > 1 ? ` · ${step.versions} versions` : '';
  item.id = uri;
  item.description = step.current === null ? 'new' : `v${step.current}${count}`;
  item.iconPath = statusIcon(step.lastRun, 'circle-large-outline');
  item.tooltip = `${step.step}${step.lastRun ? ` · last run: ${result(step.lastRun)}` : ''}`;
  item.contextValue = isGoingOn(step.lastRun) ? 'step.running' : 'step';
  item.accessibilityInformation = {
    label: `Step ${step.title}, ${item.description}${spoken(step.lastRun)}`,
  };
  item.command = { command: 'fourfold.openPrompt', title: 'Open Prompt', arguments: [{ uri }] };
  return item;
}

function versionItem({ uri, of: version, version: number }: VersionNode): TreeItem {
  const item = new TreeItem(version.label, version.runs > 0 ? Collapsed : None);
  item.id = `${uri} ${number}`;
  item.description = [version.current ? 'current' : '', ago(version.created), lineChanges(version)]
    .filter(Boolean)
    .join(' · ');
  item.iconPath = isGoingOn(version.lastRun)
    ? new ThemeIcon('loading~spin')
    : new ThemeIcon(version.current ? 'pass-filled' : 'git-commit');
  item.tooltip = changes(version, undefined);
  const running = isGoingOn(version.lastRun) ? '.running' : '';
  item.contextValue = `version${version.current ? '.current' : ''}${running}`;
  item.accessibilityInformation = {
    label: `Version ${number}, ${item.description}${spoken(version.lastRun)}`,
  };
  item.command = {
    command: 'fourfold.viewVersion',
    title: 'View Version',
    arguments: [{ uri, version: number }],
  };
  return item;
}

function runItem({ uri, of: run }: RunNode): TreeItem {
  const item = new TreeItem(result(run), None);
  const when = run.started ? ago(run.started) : '';
  item.id = `${uri} ${run.id}`;
  item.description = [run.model, run.cached ? 'cached' : '', when].filter(Boolean).join(' · ');
  item.iconPath = statusIcon(run, 'circle-outline');
  item.tooltip = run.error ?? `${run.model}, ${result(run)}`;
  item.contextValue = isGoingOn(run) ? 'run.running' : 'run';
  item.accessibilityInformation = { label: `Run ${item.label}, ${item.description}` };
  item.resourceUri = Uri.parse(run.uri);
  item.command = {
    command: 'fourfold.openRun',
    title: 'Show Response',
    arguments: [{ uri, run: run.id }],
  };
  return item;
}

function statusIcon(run: RunSummary | null, none: string): ThemeIcon {
  switch (run?.status) {
    case undefined:
      return new ThemeIcon(none);
    case 'queued':
      return new ThemeIcon('clock');
    case 'running':
      return new ThemeIcon('loading~spin');
    case 'succeeded':
      return new ThemeIcon('pass', new ThemeColor('testing.iconPassed'));
    case 'failed':
      return new ThemeIcon('error', new ThemeColor('testing.iconFailed'));
    case 'cancelled':
      return new ThemeIcon('circle-slash', new ThemeColor('testing.iconSkipped'));
  }
}

function spoken(run: RunSummary | null): string {
  return run ? `, last run ${result(run)}` : '';
}
