/** The boards that are open, one for each prompt. */

import { Disposable, Uri, ViewColumn, type WebviewPanel, window } from 'vscode';
import { sameUri } from '../openDocument';
import { findTarget } from '../prompts/target';
import type { ActedOnBoard, Board, BoardAction, RunPage } from '../protocol';
import type { Runs } from '../runs/runs';
import type { Server } from '../server/server';
import type { VersionCommands } from '../versions/commands';
import { BoardPanel } from './panel';

const TYPE = 'fourfold.board';

export class Boards extends Disposable {
  private readonly open = new Set<BoardPanel>();
  private readonly listening: Disposable[];
  private readonly page: Uri;

  constructor(
    private readonly server: Server,
    private readonly runs: Runs,
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
      server.onRunChanged(({ step }) => this.changed(step)),
      server.onVersionsChanged(({ step }) => this.changed(step)),
      server.onStateChanged((state) => state === 'ready' && this.changed()),
      window.registerWebviewPanelSerializer(TYPE, {
        deserializeWebviewPanel: async (panel, state) => this.restore(panel, state),
      }),
    ];
  }

  async openOf(given?: unknown): Promise<void> {
    const target = await findTarget(this.server, given);
    if (!target) {
      return;
    }
    // Which also finds the prompt that a document of ours is about.
    const { uri, title } = await this.read(target.uri);
    const known = [...this.open].find((one) => sameUri(one.uri, uri));
    if (known) {
      known.panel.reveal();
      return;
    }
    this.show(uri, window.createWebviewPanel(TYPE, `${title} (board)`, ViewColumn.Active));
  }

  private show(uri: string, panel: WebviewPanel): void {
    const icon = (theme: string) => Uri.joinPath(this.page, `../../media/prompty-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    const shown = new BoardPanel(
      uri,
      panel,
      this.page,
      () => this.read(uri),
      (run) => this.server.execute<RunPage>('fourfold.openRun', { uri, run }),
      (asked) => this.carryOut(uri, asked),
    );
    this.open.add(shown);
    panel.onDidDispose(() => this.open.delete(shown));
  }

  private async restore(panel: WebviewPanel, state: unknown): Promise<void> {
    const { uri } = (state ?? {}) as { uri?: unknown };
    if (typeof uri === 'string') {
      this.show(uri, panel);
    } else {
      panel.dispose();
    }
  }

  private read(uri: string): Promise<Board> {
    return this.server.execute<Board>('fourfold.openBoard', { uri });
  }

  private changed(step?: string): void {
    for (const one of this.open) {
      if (step === undefined || one.shows(step)) {
        one.changed();
      }
    }
  }

  /** The server does what the page asks for; a switch is ours, since the text is saved with it. */
  private async carryOut(uri: string, action: BoardAction): Promise<void> {
    if (action.action === 'makeCurrent') {
      await this.versions.makeCurrent(uri, action.version);
      return;
    }
    const fields = { uri, action };
    const { runs } = await this.server.execute<ActedOnBoard>('fourfold.actOnBoard', fields);
    void this.runs.followed(runs);
  }
}
