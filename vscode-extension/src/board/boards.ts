/** The boards that are open, one for each prompt. */

import { Disposable, Uri, ViewColumn, type WebviewPanel, window } from 'vscode';
import { sameUri } from '../openDocument';
import { findTarget } from '../prompts/target';
import type { ActedOnBoard, Board, BoardAction, RunPage, RunSummary } from '../protocol';
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
    // Which also finds the prompt that a document of ours is about.
    const { uri, title, step } = await this.read(target.uri);
    const known = [...this.open].find((one) => sameUri(one.uri, uri));
    // Beside it columns would be half as wide.
    this.view.close();
    known?.page.panel.reveal();
    const panel = () => window.createWebviewPanel(TYPE, `${title} (board)`, ViewColumn.Active);
    const { page } = known ?? this.show(uri, step, panel());
    const { versions, view } = opening;
    page.choose({
      ...(versions && { grouping: ['versions', ...versions].join(' ') }),
      ...((versions || view) && { view: view ?? 'responses' }),
    });
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

  private show(uri: string, step: string, panel: WebviewPanel): Open {
    const page = new PagePanel(
      panel,
      this.page,
      {
        read: async () => {
          const board = await this.read(uri);
          shown.step = board.step;
          return { board };
        },
        readRun: (run) => this.server.execute<RunPage>('fourfold.openRun', { uri, run }),
        carryOut: async (asked) => {
          await this.act(uri, asked);
        },
      },
      { uri, step },
    );
    const shown: Open = { uri, step, page };
    this.open.add(shown);
    panel.onDidDispose(() => this.open.delete(shown));
    return shown;
  }

  private async restore(panel: WebviewPanel, state: unknown): Promise<void> {
    const { uri } = (state ?? {}) as { uri?: unknown };
    if (typeof uri === 'string') {
      this.show(uri, '', panel);
    } else {
      panel.dispose();
    }
  }

  private read(uri: string): Promise<Board> {
    return this.server.execute<Board>('fourfold.openBoard', { uri });
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
