/** Running versions: started from anywhere, shown beside the prompt, followed to the end. */

import { commands, type Disposable, EventEmitter, window } from 'vscode';
import { showsResponses } from '../beside';
import { tell } from '../problems';
import { findTarget, targetOf } from '../prompts/target';
import type { RunSummary, VersionList, Workflow } from '../protocol';
import type { Server } from '../server/server';
import { saveFirst } from '../versions/save';
import { say } from '../versions/say';
import { staleSteps } from '../workflow/ended';
import { missingInputs } from './askedInputs';
import { whatWasDone } from './done';
import { isGoingOn } from './goingOn';
import { Session } from './session';
import type { RunView } from './view';

export interface Request {
  uri: string;
  versions?: number[] | 'all' | undefined;
  fresh?: boolean | undefined;
  inputs?: Record<string, unknown>;
}

export class Runs implements Disposable {
  readonly session = new Session();
  private readonly changed = new EventEmitter<RunSummary | undefined>();
  private readonly listening: Disposable[];

  /** Fires with each change of a run; without one, many may have changed. */
  readonly onChanged = this.changed.event;

  constructor(
    private readonly server: Server,
    private readonly view: RunView,
    /** Shows versions of a prompt side by side. */
    private readonly showSeveral: (uri: string) => Promise<void>,
  ) {
    this.listening = [
      server.onRunChanged((run) => this.note([run])),
      server.onStateChanged((state) => {
        if (state !== 'ready') {
          this.session.interrupt();
          this.tellOthers(undefined);
        }
      }),
    ];
  }

  async runOf(given: unknown, versions?: 'all'): Promise<void> {
    const target = await findTarget(this.server, given);
    if (!target) {
      return;
    }
    const number = target.version === undefined ? undefined : [target.version];
    const asked = versions ?? number;
    await this.run({ uri: target.uri, versions: asked, fresh: versions === undefined });
  }

  /** Starts runs and shows them; they go on, and why some fail is told. */
  async run(request: Request): Promise<RunSummary[]> {
    try {
      const runs = await this.begin(request);
      void this.followed(runs);
      await this.show(request.uri, runs);
      return runs;
    } finally {
      this.view.leaveForm();
    }
  }

  /** Starts runs without showing them; none where the user gives no value for an input. */
  async start(request: Request): Promise<RunSummary[]> {
    try {
      return await this.begin(request);
    } finally {
      this.view.leaveForm();
    }
  }

  private async begin(request: Request): Promise<RunSummary[]> {
    const fields = { ...request };
    if (!Array.isArray(request.versions)) {
      await saveFirst(request.uri);
    }
    try {
      const name = 'fourfold.runStep';
      const { runs } = await this.server.execute<{ runs: RunSummary[] }>(name, fields);
      this.note(runs);
      return runs;
    } catch (error) {
      const given = request.inputs ?? {};
      const missing = missingInputs(error).filter(({ name }) => !(name in given));
      if (missing.length === 0) {
        throw error;
      }
      const values = await this.view.ask(request.uri, missing);
      return values ? this.begin({ ...request, inputs: { ...given, ...values } }) : [];
    }
  }

  /** Resolves once none of these goes on; why some failed is told. */
  async followed(runs: RunSummary[]): Promise<RunSummary[]> {
    const ended = await this.ended(runs);
    const reasons = new Set(
      ended.flatMap(({ status, error }) => (status === 'failed' ? error : [])),
    );
    for (const reason of reasons) {
      if (reason) {
        void tell(reason);
      }
    }
    await this.say(ended);
    return ended;
  }

  /** Where nothing was asked there is nothing else to be seen, so that it is said in a message. */
  private async say(ended: RunSummary[]): Promise<void> {
    const [first] = ended;
    if (!first) {
      return;
    }
    const sentence = whatWasDone(ended);
    if (!ended.every(({ cached }) => cached)) {
      say(`${sentence}.`);
      return;
    }
    const stale = await this.server
      .execute<Workflow>('fourfold.showWorkflow', { uri: first.uri })
      .then(staleSteps)
      .catch(() => '');
    window.showInformationMessage([sentence, stale].filter(Boolean).join('; ').concat('.'));
  }

  /** Cancels the runs of a version or a step, or all of them where none is given. */
  async cancel(given?: unknown): Promise<void> {
    const target = targetOf(given);
    if (!target) {
      await this.server.execute('fourfold.cancelRuns');
      return;
    }
    const { uri, version, run } = target;
    const fields: Record<string, unknown> = { uri };
    if (run !== undefined) {
      fields.runs = [run];
    } else if (version !== undefined) {
      const { step } = await this.server.execute<VersionList>('fourfold.listVersions', { uri });
      const meant = this.session.goingOn.filter(
        (one) => one.step === step && one.version === version,
      );
      fields.runs = meant.map(({ id }) => id);
    }
    await this.server.execute('fourfold.cancelRuns', fields);
  }

  /** Shows a run; without one, that which speaks for the current version. */
  async open(given?: unknown): Promise<void> {
    const target = await findTarget(this.server, given);
    if (target) {
      await this.view.open(target.uri, target.run);
    }
  }

  dispose(): void {
    for (const one of this.listening) {
      one.dispose();
    }
  }

  /** One run speaks for itself, versions stand side by side. */
  private async show(uri: string, runs: RunSummary[]): Promise<void> {
    const [first] = runs;
    if (!first || !showsResponses()) {
      return;
    }
    if (new Set(runs.map((run) => run.version)).size === 1) {
      this.view.show(uri, first);
    } else {
      await this.showSeveral(uri);
    }
  }

  private ended(runs: RunSummary[]): Promise<RunSummary[]> {
    const latest = () => runs.map((run) => this.session.find(run.id) ?? run);
    return new Promise((resolve) => {
      const look = () => {
        const now = latest();
        // A run that the session has forgotten went with its server.
        if (!now.some((run) => isGoingOn(run) && this.session.find(run.id))) {
          waiting.dispose();
          resolve(now);
        }
      };
      const waiting = this.onChanged(look);
      look();
    });
  }

  private note(runs: RunSummary[]): void {
    for (const run of runs) {
      this.session.note(run);
    }
    this.tellOthers(runs.length === 1 ? runs[0] : undefined);
  }

  private tellOthers(run: RunSummary | undefined): void {
    commands.executeCommand('setContext', 'fourfold.running', this.session.goingOn.length > 0);
    this.changed.fire(run);
  }
}
