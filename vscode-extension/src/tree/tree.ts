/** The tree in the activity bar: the workflow of each folder, kept up to date by the server's events. */

import { EventEmitter, type TreeDataProvider, Uri, type WorkspaceFolder, workspace } from 'vscode';
import { setPrompts } from '../prompts/known';
import type { RunSummary, VersionList, Workflow } from '../protocol';
import type { Server } from '../server/server';
import { itemOf } from './items';
import { type FolderNode, type Node, stepNodes, type VersionNode, walk } from './nodes';

const PAUSE_MS = 150;

export class WorkflowTree implements TreeDataProvider<Node> {
  private readonly changed = new EventEmitter<undefined>();
  private readonly read = new EventEmitter<Workflow[]>();
  private timer: NodeJS.Timeout | undefined;
  private folders: Promise<FolderNode[]> | undefined;
  private isOpen = false;
  /** How each run stood when it was last told of. */
  private readonly statuses = new Map<string, string>();

  readonly onDidChangeTreeData = this.changed.event;
  /** Fires with the workflows that the tree shows, one for each folder that has any steps. */
  readonly onRead = this.read.event;
  readonly getTreeItem = itemOf;

  constructor(private readonly server: Server) {
    server.onVersionsChanged(() => this.refreshSoon());
    server.onRunChanged((run) => this.noteRun(run));
    server.onWorkflowChanged(() => this.refreshSoon());
    server.onStateChanged(() => this.refreshSoon());
    workspace.onDidChangeWorkspaceFolders(() => this.refreshSoon());
    const prompts = workspace.createFileSystemWatcher(
      '**/*.{prompty,prompt,md,txt,j2,jinja,yaml,yml,toml}',
    );
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
        return this.isOpen ? this.roots() : this.open();
      case 'folder':
        return stepNodes(node.folder, node.workflow.steps);
      case 'step':
        return [
          ...stepNodes(node.folder, node.of.steps),
          ...(node.uri === null ? [] : await this.versions(node.uri)),
        ];
      case 'version':
        return this.runs(node);
      case 'run':
        return [];
    }
  }

  /** All that is known may be wrong: reads it again, once for all that changes together. */
  refreshSoon(): void {
    this.folders = undefined;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.readFolders();
      this.changed.fire(undefined);
    }, PAUSE_MS);
  }

  /** A response that streams changes often; the tree shows only how its run stands. */
  private noteRun(run: RunSummary): void {
    if (this.statuses.get(run.id) !== run.status) {
      this.statuses.set(run.id, run.status);
      this.refreshSoon();
    }
  }

  /**
   * Answers VS Code's first reading with nothing, and has it read again at once: one reading waits for another
   * only from the second on, and two that overlap get rows mixed up (microsoft/vscode#243911).
   */
  private open(): Node[] {
    this.isOpen = true;
    setTimeout(() => this.changed.fire(undefined));
    return [];
  }

  private async roots(): Promise<Node[]> {
    const folders = await this.readFolders();
    const [first] = folders;
    const isOnly = (workspace.workspaceFolders ?? []).length < 2;
    return isOnly && first ? stepNodes(first.folder, first.workflow.steps) : folders;
  }

  private readFolders(): Promise<FolderNode[]> {
    this.folders ??= this.askFolders();
    return this.folders;
  }

  private async askFolders(): Promise<FolderNode[]> {
    if (this.server.state !== 'ready') {
      this.read.fire([]);
      return [];
    }
    const asked = (workspace.workspaceFolders ?? []).map((folder) => this.askFolder(folder));
    const folders = (await Promise.all(asked)).flat();
    const workflows = folders.map(({ workflow }) => workflow);
    const uris = workflows.flatMap(({ steps }) => [...walk(steps)].flatMap(({ uri }) => uri ?? []));
    setPrompts(uris.map((uri) => Uri.parse(uri).fsPath));
    this.read.fire(workflows);
    return folders;
  }

  /** The folder's node, or none where it has no steps or is not served. */
  private async askFolder({ uri, name }: WorkspaceFolder): Promise<FolderNode[]> {
    const folder = uri.toString();
    const workflow = await this.server
      .execute<Workflow>('fourfold.showWorkflow', { uri: folder })
      .catch(() => undefined);
    return workflow && workflow.steps.length > 0
      ? [{ kind: 'folder', folder, name, workflow }]
      : [];
  }

  private async versions(uri: string): Promise<Node[]> {
    const list = await this.server.execute<VersionList>('fourfold.listVersions', { uri });
    return list.versions.map((of) => ({ kind: 'version', uri, version: of.number, of }));
  }

  private async runs({ uri, version }: VersionNode): Promise<Node[]> {
    const fields = { uri, version };
    const { runs } = await this.server.execute<{ runs: RunSummary[] }>('fourfold.listRuns', fields);
    return runs.map((of) => ({ kind: 'run', uri, run: of.id, of }));
  }
}
