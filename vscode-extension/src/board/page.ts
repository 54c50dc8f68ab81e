/** The page that a browser gets too, in a tab: it is told what it shows, and says what its user wants. */

import { randomBytes } from 'node:crypto';
import { Disposable, Uri, type Webview, type WebviewPanel } from 'vscode';
import { attempt } from '../problems';
import { noteClosed, noteOpen } from '../prompts/pages';
import type { Board, BoardAction, RunPage } from '../protocol';
import { type AskedInputs, type GivenInputs, missingInputs } from '../runs/askedInputs';

/** What the page shows; hosts/vscode.ts takes it. */
export type Shown =
  | { board: Board /** The id of its report, where that is not the last one. */; report?: string }
  | { page: RunPage }
  | { asked: AskedInputs };

/** What the page says; hosts/vscode.ts sends it. */
type Said =
  | { action: 'ready' }
  | { action: 'readRun'; run: string }
  | { action: 'give'; given: GivenInputs | null }
  | BoardAction;

/** Where a page has what it shows from, and who does what it asks for. */
export interface Home {
  read(): Promise<Shown>;
  readRun(run: string): Promise<RunPage>;
  carryOut(action: BoardAction): Promise<void>;
  /** Takes the values that were asked for; null where the user gave up. */
  give?(given: GivenInputs | null): void;
}

/** The least time between two states, so that a response that streams in is no flood. */
const BETWEEN_MS = 150;

export class PagePanel extends Disposable {
  private readonly listening: Disposable[];
  /** What the page gets with the next state: what it is to choose by itself. */
  private chosen: Record<string, unknown> | undefined;
  private isReady = false;
  private isReading = false;
  private isChanged = false;

  /** `about` is the prompt that it is about, as far as that is known. */
  constructor(
    readonly panel: WebviewPanel,
    page: Uri,
    private readonly home: Home,
    about: { uri: string; step: string },
  ) {
    super(() => {
      for (const one of this.listening) {
        one.dispose();
      }
    });
    const { webview } = panel;
    const icon = (theme: string) => Uri.joinPath(page, `../../media/prompty-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    noteOpen(panel, about);
    webview.options = { enableScripts: true, localResourceRoots: [page] };
    this.listening = [
      webview.onDidReceiveMessage((said: Said) => void this.said(said)),
      panel.onDidDispose(() => {
        noteClosed(panel);
        this.dispose();
      }),
    ];
    webview.html = html(webview, page);
  }

  /** Has the page choose what it shows of the board. */
  choose(chosen: Record<string, unknown>): void {
    this.chosen = chosen;
    this.changed();
  }

  /** Something of what it shows is another now. */
  changed(): void {
    this.isChanged = true;
    // One that is hidden has no page; it asks once it has one again.
    if (this.isReady && this.panel.visible && !this.isReading) {
      void attempt(() => this.update());
    }
  }

  private async update(): Promise<void> {
    this.isReading = true;
    try {
      while (this.isChanged && this.panel.visible) {
        this.isChanged = false;
        const began = performance.now();
        const shown = await this.home.read();
        const { chosen } = this;
        this.chosen = undefined;
        this.panel.title = titleOf(shown);
        noteOpen(this.panel, aboutOf(shown));
        await this.panel.webview.postMessage({ ...shown, ...(chosen && { chosen }) });
        // A large board may not take the server's time from all else.
        const pause = Math.max(BETWEEN_MS, 3 * (performance.now() - began));
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    } finally {
      this.isReading = false;
    }
  }

  private async answer(run: string): Promise<void> {
    const read = await this.home.readRun(run).then(
      (page) => ({ run, page }),
      (error: Error) => ({ run, sentence: error.message }),
    );
    await this.panel.webview.postMessage({ read });
  }

  private async said(said: Said): Promise<void> {
    if (said.action === 'ready') {
      // Also after it was hidden, when the page begins anew.
      this.isReady = true;
      this.changed();
    } else if (said.action === 'readRun') {
      await this.answer(said.run);
    } else if (said.action === 'give') {
      this.home.give?.(said.given);
    } else {
      await attempt(() => this.carryOut(said));
      this.changed();
    }
  }

  /** What lacks values of inputs is told on the page, which has the fields for them. */
  private async carryOut(action: BoardAction): Promise<void> {
    let told = { sentence: '', missing: [] as string[] };
    try {
      await this.home.carryOut(action);
    } catch (error) {
      const missing = missingInputs(error);
      if (missing.length === 0) {
        throw error;
      }
      told = { sentence: (error as Error).message, missing: missing.map(({ name }) => name) };
    }
    await this.panel.webview.postMessage({ told });
  }
}

function titleOf(shown: Shown): string {
  if ('board' in shown) {
    return `${shown.board.title} (board)`;
  }
  if ('asked' in shown) {
    return `${shown.asked.title} (inputs)`;
  }
  const { title, version, run } = shown.page;
  const label = version?.label ?? (run.version === null ? '' : `v${run.version}`);
  return `${[title, label].filter(Boolean).join(' ')} (response)`;
}

function aboutOf(shown: Shown): { uri: string; step: string } {
  if ('page' in shown) {
    return { uri: shown.page.uri, step: shown.page.run.step };
  }
  return 'board' in shown ? shown.board : { uri: shown.asked.uri, step: '' };
}

function html(webview: Webview, page: Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const address = (name: string) => webview.asWebviewUri(Uri.joinPath(page, name));
  const policy = [
    "default-src 'none'",
    `style-src ${webview.cspSource}`,
    `script-src 'nonce-${nonce}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Fourfold</title>
<link rel="stylesheet" href="${address('board.css')}">
</head>
<body>
<div id="app"></div>
<script nonce="${nonce}" src="${address('board.js')}"></script>
</body>
</html>`;
}
