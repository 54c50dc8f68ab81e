/** One response with all that is kept of it, beside its prompt; it asks for the inputs that a prompt lacks too. */

import { Disposable, Uri, type WebviewPanel, window } from 'vscode';
import { columnBeside } from '../beside';
import { PagePanel, type Shown } from '../board/page';
import type { Board, BoardAction, RunPage, RunSummary } from '../protocol';
import type { Server } from '../server/server';
import { within } from '../within';
import { type AskedInputs, type GivenInputs, inputsToAsk, type MissingInput } from './askedInputs';
import type { Inputs } from './inputs';

const TYPE = 'fourfold.run';

/** How long its column may take to go. */
const GONE_MS = 300;

/** Does what the page of a prompt asks for; the runs that it began. */
export type Act = (uri: string, action: BoardAction) => Promise<RunSummary[]>;

interface Asking {
  asked: AskedInputs;
  give(given: GivenInputs | null): void;
}

export class RunView extends Disposable {
  private readonly listening: Disposable[];
  private readonly folder: Uri;
  private page: PagePanel | undefined;
  private shown: { uri: string; run: string } | undefined;
  /** The step of the run that is shown. */
  private step = '';
  private asking: Asking | undefined;

  constructor(
    private readonly server: Server,
    private readonly inputs: Inputs,
    private readonly act: Act,
    extension: Uri,
  ) {
    super(() => {
      for (const one of this.listening) {
        one.dispose();
      }
    });
    this.folder = Uri.joinPath(extension, 'dist', 'board');
    const changed = (step: string) => step === this.step && this.page?.changed();
    this.listening = [
      server.onRunChanged(({ step }) => changed(step)),
      server.onVersionsChanged(({ step }) => changed(step)),
      server.onStateChanged((state) => state === 'ready' && this.page?.changed()),
      window.registerWebviewPanelSerializer(TYPE, {
        deserializeWebviewPanel: async (panel, state) => this.restore(panel, state),
      }),
    ];
  }

  /** Shows a run; without one, that which speaks for the current version. */
  async open(uri: string, run?: string): Promise<void> {
    const page = await this.read(uri, run); // which refuses one that there is not
    this.show(page.uri, page.run);
  }

  show(uri: string, run: Pick<RunSummary, 'id' | 'step'>): void {
    this.shown = { uri, run: run.id };
    this.step = run.step;
    this.asking?.give(null);
    this.asking = undefined;
    this.reveal(uri, true);
  }

  /** Asks for values, those that were given last being there; undefined where the user gives up. */
  async ask(uri: string, missing: MissingInput[]): Promise<Record<string, unknown> | undefined> {
    const board = await this.server.execute<Board>('fourfold.openBoard', { uri });
    const asked: AskedInputs = {
      title: board.title,
      uri: board.uri,
      inputs: inputsToAsk(board.inputs, missing),
      sets: board.sets,
      missing: missing.map(({ name }) => name),
      typed: this.inputs.recall(uri),
    };
    this.asking?.give(null);
    const before = window.activeTextEditor;
    const given = await new Promise<GivenInputs | null>((give) => {
      this.asking = { asked, give };
      this.reveal(uri, false);
    });
    this.asking = undefined;
    if (before) {
      const { document, viewColumn } = before;
      await window.showTextDocument(document, viewColumn);
    }
    if (!given) {
      return undefined;
    }
    await this.inputs.remember(uri, given.typed);
    return given.values;
  }

  /** Takes back a form that nothing has taken the place of. */
  leaveForm(): void {
    if (!this.shown) {
      this.page?.panel.dispose();
    } else {
      this.page?.changed();
    }
  }

  /** Makes room for what needs all of the width; a form that waits for values stays. */
  close(): void {
    if (!this.asking) {
      this.page?.panel.dispose();
    }
  }

  /** Leaves its place to something else for a while; what it answers shows the run again. */
  async setAside(): Promise<() => void> {
    const { shown, step, page } = this;
    if (!shown || !page || this.asking) {
      return () => undefined;
    }
    const gone = new Promise<void>((resolve) => {
      const listening = window.tabGroups.onDidChangeTabGroups(() => {
        listening.dispose();
        resolve();
      });
      setTimeout(() => listening.dispose(), GONE_MS);
    });
    page.panel.dispose();
    await within(gone, GONE_MS);
    return () => this.show(shown.uri, { id: shown.run, step });
  }

  private reveal(uri: string, preserveFocus: boolean): void {
    if (this.page) {
      this.page.panel.reveal(undefined, preserveFocus);
      this.page.changed();
      return;
    }
    const where = { viewColumn: columnBeside(), preserveFocus };
    this.make(uri, window.createWebviewPanel(TYPE, 'Response', where));
  }

  private make(uri: string, panel: WebviewPanel): void {
    const home = {
      read: () => this.readShown(),
      readRun: (run: string) => this.read(this.shown?.uri ?? uri, run),
      carryOut: (action: BoardAction) => this.carryOut(action),
      give: (given: GivenInputs | null) => this.asking?.give(given),
    };
    this.page = new PagePanel(panel, this.folder, home, { uri, step: this.step });
    panel.onDidDispose(() => {
      this.page = undefined;
      this.shown = undefined;
      this.asking?.give(null);
    });
  }

  private async restore(panel: WebviewPanel, state: unknown): Promise<void> {
    const { uri, run } = (state ?? {}) as { uri?: unknown; run?: unknown };
    if (typeof uri === 'string' && typeof run === 'string' && !this.page) {
      this.shown = { uri, run };
      this.make(uri, panel);
    } else {
      panel.dispose();
    }
  }

  private async readShown(): Promise<Shown> {
    if (this.asking) {
      return { asked: this.asking.asked };
    }
    if (!this.shown) {
      throw new Error('No response is shown.');
    }
    const page = await this.read(this.shown.uri, this.shown.run);
    this.step = page.run.step;
    return { page };
  }

  private read(uri: string, run?: string): Promise<RunPage> {
    const fields = { uri, ...(run === undefined ? {} : { run }) };
    return this.server.execute<RunPage>('fourfold.openRun', fields);
  }

  /** A run that is begun from here is seen here. */
  private async carryOut(action: BoardAction): Promise<void> {
    const { uri } = this.shown ?? {};
    if (uri === undefined) {
      return;
    }
    const [begun] = await this.act(uri, action);
    if (begun) {
      this.show(uri, begun);
    }
  }
}
