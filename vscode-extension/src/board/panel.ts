/** The board of a prompt in a tab: the page that a browser gets too, told what changes. */

import { randomBytes } from 'node:crypto';
import { Disposable, Uri, type Webview, type WebviewPanel } from 'vscode';
import { attempt } from '../problems';
import type { Board, BoardAction, RunPage } from '../protocol';

/** What the page says; hosts/vscode.ts sends it. */
type Said = { action: 'ready' } | { action: 'readRun'; run: string } | BoardAction;

/** The least time between two boards, so that a response that streams in is no flood. */
const BETWEEN_MS = 150;

export class BoardPanel extends Disposable {
  private readonly listening: Disposable[];
  private board: Board | undefined;
  private isReady = false;
  private isReading = false;
  private isChanged = false;

  constructor(
    readonly uri: string,
    readonly panel: WebviewPanel,
    page: Uri,
    private readonly read: () => Promise<Board>,
    private readonly readRun: (run: string) => Promise<RunPage>,
    private readonly carryOut: (action: BoardAction) => Promise<void>,
  ) {
    super(() => {
      for (const one of this.listening) {
        one.dispose();
      }
    });
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [page] };
    this.listening = [
      webview.onDidReceiveMessage((said: Said) => void this.said(said)),
      panel.onDidDispose(() => this.dispose()),
    ];
    webview.html = html(webview, page);
  }

  /** Whether a run, or versions, of this step are on it. */
  shows(step: string): boolean {
    return this.board?.step === step;
  }

  /** Something of it is another now. */
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
        this.board = await this.read();
        this.panel.title = `${this.board.title} (board)`;
        await this.panel.webview.postMessage({ board: this.board });
        // A large board may not take the server's time from all else.
        const pause = Math.max(BETWEEN_MS, 3 * (performance.now() - began));
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    } finally {
      this.isReading = false;
    }
  }

  private async answer(run: string): Promise<void> {
    const read = await this.readRun(run).then(
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
    } else {
      await attempt(() => this.carryOut(said));
      this.changed();
    }
  }
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
<title>Board</title>
<link rel="stylesheet" href="${address('board.css')}">
</head>
<body>
<div id="app"></div>
<script nonce="${nonce}" src="${address('board.js')}"></script>
</body>
</html>`;
}
