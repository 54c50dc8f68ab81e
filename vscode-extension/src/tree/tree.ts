/** The tree in the activity bar, kept up to date by the server's events. */

import { EventEmitter, type TreeDataProvider, Uri, workspace } from 'vscode';
import { setPrompts } from '../prompts/known';
import type { RunSummary, Step, VersionList } from '../protocol';
import type { Server } from '../server/server';
import { itemOf } from './items';
import { type FolderNode, type Node, nest, type StepNode, type VersionNode } from './nodes';

const PAUSE_MS = 150;

export class StepsTree implements TreeDataProvider<Node> {
  private readonly changed = new EventEmitter<undefined>();
  private timer: NodeJS.Timeout | undefined;
  private steps: Promise<Step[]> | undefined;

  readonly onDidChangeTreeData = this.changed.event;
  readonly getTreeItem = itemOf;

  constructor(private readonly server: Server) {
    server.onVersionsChanged(() => this.refreshSoon());
    server.onRunChanged((run) => this.noteRun(run));
    server.onStateChanged(() => this.refreshSoon());
    workspace.onDidChangeWorkspaceFolders(() => this.refreshSoon());
    const prompts = workspace.createFileSystemWatcher('**/*.{prompty,md,txt,j2,jinja,yaml,toml}');
    prompts.onDidCreate(() => this.refreshSoon());
    prompts.onDidDelete(() => this.refreshSoon());
    workspace.onDidSaveTextDocument(({ fileName }) => {
      if (/workflow\.yaml$|fourfold\.toml$/.test(fileName)) {
        this.refreshSoon();
      }
    });
  }

  async getChildren(node?: Node): Promise<Node[]> {
    switch (node?.kind) {
      case undefined:
        return this.roots();
      case 'folder':
        return node.steps;
      case 'step':
        return [...node.steps, ...(await this.versions(node))];
      case 'version':
        return this.runs(node);
      case 'run':
        return [];
    }
  }

  /** All that is known may be wrong: reads it again, once for all that changes together. */
  refreshSoon(): void {
    this.steps = undefined;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.readSteps();
      this.changed.fire(undefined);
    }, PAUSE_MS);
  }

  private readonly statuses = new Map<string, string>();

  /** A response that streams changes often; the tree shows only how its run stands. */
  private noteRun(run: RunSummary): void {
    if (this.statuses.get(run.id) !== run.status) {
      this.statuses.set(run.id, run.status);
      this.refreshSoon();
    }
  }

  private async roots(): Promise<Node[]> {
    const steps = await this.readSteps();
    const folders = workspace.workspaceFolders ?? [];
    if (folders.length < 2) {
      return nest(steps);
    }
    const byFolder = new Map<string, Step[]>();
    for (const step of steps) {
      const name = workspace.getWorkspaceFolder(Uri.parse(step.uri))?.name ?? 'Elsewhere';
      byFolder.set(name, [...(byFolder.get(name) ?? []), step]);
    }
    return [...byFolder].map(
      ([name, found]): FolderNode => ({ kind: 'folder', name, steps: nest(found) }),
    );
  }

  private readSteps(): Promise<Step[]> {
    this.steps ??= this.askSteps();
    return this.steps;
  }

  private async askSteps(): Promise<Step[]> {
    if (this.server.state !== 'ready') {
      return [];
    }
    const { steps } = await this.server
      .execute<{ steps: Step[] }>('fourfold.listSteps')
      .catch(() => ({ steps: [] }));
    setPrompts(steps.map(({ uri }) => Uri.parse(uri).fsPath));
    return steps;
  }

  private async versions({ uri }: StepNode): Promise<Node[]> {
    const list = await this.server.execute<VersionList>('fourfold.listVersions', { uri });
    return list.versions.map((of) => ({ kind: 'version', uri, version: of.number, of }));
  }

  private async runs({ uri, version }: VersionNode): Promise<Node[]> {
    const fields = { uri, version };
    const { runs } = await this.server.execute<{ runs: RunSummary[] }>('fourfold.listRuns', fields);
    return runs.map((of) => ({ kind: 'run', uri, run: of.id, of }));
  }
}
