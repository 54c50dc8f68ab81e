/** The server as the rest of the extension sees it: commands to call, events to follow. */

import {
  type CancellationToken,
  type CodeLens,
  commands,
  type Disposable,
  EventEmitter,
  type LogOutputChannel,
  type TextDocument,
  workspace,
} from 'vscode';
import type { CodeLens as ProtocolCodeLens } from 'vscode-languageclient';
import type { LanguageClient } from 'vscode-languageclient/node';
import { attempt } from '../problems';
import { isInSight, onSightChanged } from '../prompts/pages';
import type { RunSummary, TestsNews, VersionList, WorkflowEnded } from '../protocol';
import { ServerProcess } from './serving';

export type State = 'stopped' | 'starting' | 'ready';

type Fields = Record<string, unknown>;
interface Switched {
  document: TextDocument;
  /** The text that it had. */
  before: string;
}

type Interceptor = (fields: Fields) => Promise<unknown>;

export class Server implements Disposable {
  private readonly versionsChanged = new EventEmitter<VersionList>();
  private readonly runChanged = new EventEmitter<RunSummary>();
  private readonly testsChanged = new EventEmitter<TestsNews>();
  private readonly workflowChanged = new EventEmitter<void>();
  private readonly workflowEnded = new EventEmitter<WorkflowEnded>();
  private readonly lensesChanged = new EventEmitter<void>();
  private readonly switched = new EventEmitter<Switched>();
  private readonly documentOffered = new EventEmitter<string>();
  private readonly stateChanged = new EventEmitter<State>();
  private readonly interceptors = new Map<string, Interceptor>();
  private client: Promise<LanguageClient> | undefined;
  private process: ServerProcess | undefined;
  private known: State = 'stopped';

  readonly onVersionsChanged = this.versionsChanged.event;
  readonly onRunChanged = this.runChanged.event;
  /** Fires when tests that go on have brought something, or have ended. */
  readonly onTestsChanged = this.testsChanged.event;
  /** Fires when the state of some step of a workflow is another now. */
  readonly onWorkflowChanged = this.workflowChanged.event;
  /** Fires when a run of a workflow has ended, which nobody else tells the user. */
  readonly onWorkflowEnded = this.workflowEnded.event;
  /** Fires when the server wants to be asked for lenses again. */
  readonly onLensesChanged = this.lensesChanged.event;
  /** Fires when an open prompt has got another version's text. */
  readonly onSwitched = this.switched.event;
  /** Fires with the URI of a document that a command leads to. */
  readonly onDocumentOffered = this.documentOffered.event;
  readonly onStateChanged = this.stateChanged.event;

  /** `program` finds, or makes, the program to start. */
  constructor(
    private readonly program: () => Promise<string>,
    private readonly key: (endpoint: string) => Promise<string | undefined>,
    readonly log: LogOutputChannel,
  ) {
    this.enter('stopped');
  }

  get state(): State {
    return this.known;
  }

  /** Starts the server if it is not running; rejects where that is not possible. */
  start(): Promise<LanguageClient> {
    if (!this.client) {
      const starting = this.launch();
      this.client = starting;
      starting.catch(() => {
        this.enter('stopped');
        if (this.client === starting) {
          this.client = undefined;
        }
      });
    }
    return this.client;
  }

  async stop(): Promise<void> {
    const client = await this.client?.catch(() => undefined);
    this.client = undefined;
    await client?.dispose().finally(() => this.process?.end());
  }

  /** Calls a command of PROTOCOL.md; rejects with a sentence for the user. */
  async execute<T>(command: string, fields: Fields = {}): Promise<T> {
    const client = await this.start();
    return client.sendRequest<T>('workspace/executeCommand', { command, arguments: [fields] });
  }

  /** What one of our documents says now. */
  async read(uri: string): Promise<string> {
    const client = await this.start();
    const method = 'workspace/textDocumentContent';
    return (await client.sendRequest<{ text: string }>(method, { uri })).text;
  }

  /** What a lens or an action calls; what goes wrong is told. Waits for a server that starts. */
  call(name: string, fields: Fields): Promise<unknown> {
    const interceptor = this.interceptors.get(name);
    return attempt(() => (interceptor ? interceptor(fields) : this.execute(name, fields)));
  }

  /** The lenses of a document, once the server that starts is ready; undefined if none starts. */
  async lenses(document: TextDocument, token: CancellationToken): Promise<CodeLens[] | undefined> {
    const client = this.process && (await this.client);
    if (!client) {
      return undefined;
    }
    const params = client.code2ProtocolConverter.asCodeLensParams(document);
    const lenses = await client.sendRequest<ProtocolCodeLens[] | null>(
      'textDocument/codeLens',
      params,
      token,
    );
    return client.protocol2CodeConverter.asCodeLenses(lenses ?? []);
  }

  /** Whether the server has a command; an older one, from the PATH say, may not. */
  async offers(command: string): Promise<boolean> {
    const { initializeResult } = await this.start();
    return !!initializeResult?.capabilities.executeCommandProvider?.commands.includes(command);
  }

  /** Has a command that a lens or an action calls done here instead of by the server alone. */
  intercept(command: string, interceptor: Interceptor): void {
    this.interceptors.set(command, interceptor);
  }

  dispose(): void {
    void this.stop();
  }

  private async launch(): Promise<LanguageClient> {
    this.enter('starting');
    const command = await this.program();
    // It starts while the client, which is large, is loaded.
    const server = new ServerProcess(command, workspace.workspaceFolders?.[0]?.uri.fsPath);
    this.process = server;
    this.log.info(`Starting ${command} serve`);
    const { createClient } = await import('./client.js');
    const client = createClient(() => server.take(), this.log, {
      versionsChanged: (list) => this.versionsChanged.fire(list),
      runChanged: (run) => this.runChanged.fire(run),
      testsChanged: (news) => this.testsChanged.fire(news),
      workflowChanged: () => this.workflowChanged.fire(),
      workflowEnded: (ended) => this.workflowEnded.fire(ended),
      lensesChanged: () => this.lensesChanged.fire(),
      switched: (document, before) => this.switched.fire({ document, before }),
      documentOffered: (uri) => this.documentOffered.fire(uri),
      command: (name, fields) => this.call(name, fields),
      isInSight,
      onSightChanged,
      key: this.key,
    });
    const names: Record<number, State> = { 1: 'stopped', 2: 'ready', 3: 'starting' };
    client.onDidChangeState(({ newState }) => this.enter(names[newState] ?? 'stopped'));
    await client.start();
    return client;
  }

  private enter(state: State): void {
    this.known = state;
    commands.executeCommand('setContext', 'fourfold.state', state);
    this.stateChanged.fire(state);
  }
}
