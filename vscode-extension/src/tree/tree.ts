/** The tree in the activity bar: the workflow of each folder, kept up to date by the server's events. */

import { EventEmitter, type TreeDataProvider, Uri, type WorkspaceFolder, workspace } from 'vscode';
import { setPrompts } from '../prompts/known';
import type { RunSummary, TestReport, VersionList, Workflow } from '../protocol';
import type { Server } from '../server/server';
import { itemOf } from './items';
import {
  belowFolder,
  belowGroup,
  type FolderNode,
  isNamed,
  type Node,
  type StepNode,
  stepNodes,
  type VersionNode,
  versionsOf,
  walk,
} from './nodes';

const PAUSE_MS = 150;

export class WorkflowTree implements TreeDataProvider<Node> {
  private readonly changed = new EventEmitter<undefined>();
  private readonly read = new EventEmitter<Workflow[]>();
  private timer: NodeJS.Timeout | undefined;
  private folders: Promise<FolderNode[]> | undefined;
  private isOpen = false;
  /** How each run stood when it was last told of. */
  private readonly statuses = new Map<string, string>();
  /** The last reports of tests, by the URIs of prompts; null where there is none. */
  private readonly reports = new Map<string, TestReport | null>();

  readonly onDidChangeTreeData = this.changed.event;
  /** Fires with the workflows that the tree shows, one for each folder that has any steps. */
  readonly onRead = this.read.event;
  readonly getTreeItem = itemOf;

  constructor(private readonly server: Server) {
    server.onVersionsChanged(() => this.refreshSoon());
    server.onRunChanged((run) => this.noteRun(run));
    server.onWorkflowChanged(() => this.refreshSoon());
    server.onTestsChanged(({ uri, goesOn }) => {
      const wasShown = this.reports.delete(uri);
      if (!goesOn) {
        this.refreshSoon();
      } else if (wasShown) {
        this.changed.fire(undefined);
      }
    });
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
        return belowFolder(node);
      case 'group':
        return belowGroup(node);
      case 'place':
        return stepNodes(node.folder, node.steps);
      case 'step':
        return this.belowStep(node);
      case 'versions':
        return this.versions(node.uri);
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
    return isOnly && first ? belowFolder(first) : folders;
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
    const steps = workflows.flatMap((workflow) => [...walk(workflow.steps)]);
    const paths = steps.flatMap(({ uri }) => (uri === null ? [] : Uri.parse(uri).fsPath));
    setPrompts(paths, workflows.some(isNamed));
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

  private async belowStep({ folder, uri, of }: StepNode): Promise<Node[]> {
    if (of.steps.length === 0) {
      return uri === null ? [] : this.versions(uri);
    }
    return [...stepNodes(folder, of.steps), ...(uri === null ? [] : [versionsOf(uri)])];
  }

  private async versions(uri: string): Promise<Node[]> {
    const [{ versions }, report] = await Promise.all([
      this.server.execute<VersionList>('fourfold.listVersions', { uri }),
      this.lastReport(uri),
    ]);
    return versions.map((of) => ({ kind: 'version', uri, version: of.number, of, report }));
  }

  private async lastReport(uri: string): Promise<TestReport | undefined> {
    if (!this.reports.has(uri)) {
      const asked = this.server.execute<TestReport>('fourfold.testReport', { uri });
      this.reports.set(uri, await asked.catch(() => null));
    }
    return this.reports.get(uri) ?? undefined;
  }

  private async runs({ uri, version }: VersionNode): Promise<Node[]> {
    const fields = { uri, version };
    const { runs } = await this.server.execute<{ runs: RunSummary[] }>('fourfold.listRuns', fields);
    return runs.map((of) => ({ kind: 'run', uri, run: of.id, of }));
  }
}
