/** The boards that are open, one for each prompt. */

import { Disposable, Uri, ViewColumn, type WebviewPanel, window } from 'vscode';
import { showsResponses } from '../beside';
import { sameUri } from '../openDocument';
import { findTarget } from '../prompts/target';
import type {
  ActedOnBoard,
  Board,
  BoardAction,
  RunPage,
  RunSummary,
  StartedTests,
  TestReport,
} from '../protocol';
import type { Runs } from '../runs/runs';
import type { RunView } from '../runs/view';
import type { Server } from '../server/server';
import type { VersionCommands } from '../versions/commands';
import { PagePanel } from './page';

const TYPE = 'fourfold.board';

/** What a board is opened on, where that is not what was chosen on it last. */
export interface Opening {
  /** The numbers of the versions that stand side by side. */
  versions?: readonly number[];
  view?: 'responses' | 'tests';
}

interface Open {
  uri: string;
  page: PagePanel;
  step: string;
  /** The id of the report that was asked for; the last one where it is undefined. */
  report: string | undefined;
}

export class Boards extends Disposable {
  private readonly open = new Set<Open>();
  private readonly listening: Disposable[];
  private readonly page: Uri;

  constructor(
    private readonly server: Server,
    private readonly runs: Runs,
    private readonly view: RunView,
    private readonly versions: VersionCommands,
    extension: Uri,
  ) {
    super(() => {
      for (const one of this.listening) {
        one.dispose();
      }
    });
    this.page = Uri.joinPath(extension, 'dist', 'board');
    this.listening = [
      server.onRunChanged((run) => this.changed({ step: run.step })),
      server.onVersionsChanged((list) => this.changed({ step: list.step })),
      server.onTestsChanged((news) => this.changed(news)),
      server.onStateChanged((state) => state === 'ready' && this.changed()),
      window.registerWebviewPanelSerializer(TYPE, {
        deserializeWebviewPanel: async (panel, state) => this.restore(panel, state),
      }),
    ];
  }

  async openOf(given?: unknown, opening: Opening = {}): Promise<void> {
    const target = await findTarget(this.server, given);
    if (!target) {
      return;
    }
    const { id } = (given ?? {}) as { id?: string };
    // Which also finds the prompt that a document of ours is about.
    const board = await this.read(target.uri, id);
    const { uri, title, step } = board;
    const isNamed = id !== undefined || !sameUri(target.uri, uri);
    const report = isNamed ? await this.older(board) : undefined;
    const known = [...this.open].find((one) => sameUri(one.uri, uri));
    // Beside it columns would be half as wide.
    this.view.close();
    known?.page.panel.reveal();
    const panel = () => window.createWebviewPanel(TYPE, `${title} (board)`, ViewColumn.Active);
    const shown = known ?? this.show({ uri, step, report }, panel());
    shown.report = report;
    const { versions, view } = opening;
    shown.page.choose({
      ...(versions && { grouping: ['versions', ...versions].join(' ') }),
      ...((versions || view) && { view: view ?? 'responses' }),
    });
  }

  /** Sets tests going, and shows what they bring where they say which version is better. */
  async openOnTests(fields: Record<string, unknown>): Promise<StartedTests> {
    const started = await this.server.execute<StartedTests>('fourfold.runTests', fields);
    if (fields.versions !== 'current' && showsResponses()) {
      await this.openOf({ uri: fields.uri }, { view: 'tests' });
    }
    return started;
  }

  /** The server does what a page asks for; a switch is ours, since the text is saved with it. */
  async act(uri: string, action: BoardAction): Promise<RunSummary[]> {
    if (action.action === 'makeCurrent') {
      await this.versions.makeCurrent(uri, action.version);
      return [];
    }
    const fields = { uri, action };
    const { runs } = await this.server.execute<ActedOnBoard>('fourfold.actOnBoard', fields);
    void this.runs.followed(runs);
    return runs;
  }

  /** The id of the report of a board, where it is not the last one: that one is kept in sight. */
  private async older({ uri, report }: Board): Promise<string | undefined> {
    const last = report && (await this.server.execute<TestReport>('fourfold.testReport', { uri }));
    return last && last.id !== report.id ? report.id : undefined;
  }

  private show(about: Omit<Open, 'page'>, panel: WebviewPanel): Open {
    const { uri, step } = about;
    const page = new PagePanel(
      panel,
      this.page,
      {
        read: async () => {
          const board = await this.read(uri, shown.report).catch((error: unknown) => {
            if (shown.report === undefined) {
              throw error;
            }
            shown.report = undefined; // it is not kept any more
            return this.read(uri, undefined);
          });
          shown.step = board.step;
          return { board, ...(shown.report !== undefined && { report: shown.report }) };
        },
        readRun: (run) => this.server.execute<RunPage>('fourfold.openRun', { uri, run }),
        carryOut: async (asked) => {
          await this.act(uri, asked);
          if (asked.action === 'test') {
            shown.report = undefined; // what it brings is another report
          }
        },
      },
      { uri, step },
    );
    const shown: Open = { ...about, page };
    this.open.add(shown);
    panel.onDidDispose(() => this.open.delete(shown));
    return shown;
  }

  private async restore(panel: WebviewPanel, state: unknown): Promise<void> {
    const { uri, report } = (state ?? {}) as { uri?: unknown; report?: unknown };
    if (typeof uri === 'string') {
      const older = typeof report === 'string' ? report : undefined;
      this.show({ uri, step: '', report: older }, panel);
    } else {
      panel.dispose();
    }
  }

  private read(uri: string, id: string | undefined): Promise<Board> {
    const fields = { uri, ...(id !== undefined && { id }) };
    return this.server.execute<Board>('fourfold.openBoard', fields);
  }

  /** Something of a prompt is another now, or of any. */
  private changed(about: { step?: string; uri?: string } = {}): void {
    for (const { page, step, uri } of this.open) {
      const isOther = about.step !== undefined && about.step !== step;
      if (!isOther && (about.uri === undefined || sameUri(about.uri, uri))) {
        page.changed();
      }
    }
  }
}
