/** The server as the rest of the extension sees it: commands to call, events to follow. */

import { commands, type Disposable, EventEmitter, type LogOutputChannel } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { attempt } from '../problems';
import type { RunSummary, VersionList } from '../protocol';

export type State = 'stopped' | 'starting' | 'ready';

type Fields = Record<string, unknown>;
type Interceptor = (fields: Fields) => Promise<unknown>;

export class Server implements Disposable {
  private readonly versionsChanged = new EventEmitter<VersionList>();
  private readonly runChanged = new EventEmitter<RunSummary>();
  private readonly stateChanged = new EventEmitter<State>();
  private readonly interceptors = new Map<string, Interceptor>();
  private client: Promise<LanguageClient> | undefined;
  private known: State = 'stopped';

  readonly onVersionsChanged = this.versionsChanged.event;
  readonly onRunChanged = this.runChanged.event;
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
    await client?.dispose();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Calls a command of PROTOCOL.md; rejects with a sentence for the user. */
  async execute<T>(command: string, fields: Fields = {}): Promise<T> {
    const client = await this.start();
    return client.sendRequest<T>('workspace/executeCommand', { command, arguments: [fields] });
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
    const [{ createClient }, command] = await Promise.all([import('./client.js'), this.program()]);
    this.log.info(`Starting ${command} serve`);
    const client = await createClient(command, this.log, {
      versionsChanged: (list) => this.versionsChanged.fire(list),
      runChanged: (run) => this.runChanged.fire(run),
      command: (name, fields) => this.called(name, fields),
      key: this.key,
    });
    const names: Record<number, State> = { 1: 'stopped', 2: 'ready', 3: 'starting' };
    client.onDidChangeState(({ newState }) => this.enter(names[newState] ?? 'stopped'));
    await client.start();
    return client;
  }

  private called(name: string, fields: Fields): Promise<unknown> {
    const interceptor = this.interceptors.get(name);
    return attempt(() => (interceptor ? interceptor(fields) : this.execute(name, fields)));
  }

  private enter(state: State): void {
    this.known = state;
    commands.executeCommand('setContext', 'fourfold.state', state);
    this.stateChanged.fire(state);
  }
}
