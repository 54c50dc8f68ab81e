/**
 * Code lenses. VS Code puts its question off when a provider comes or changes, so this one is there
 * before the server is: the question waits for the server, not the server for the question.
 */

import {
  type CancellationToken,
  type CodeLens,
  type CodeLensProvider,
  EventEmitter,
  type TextDocument,
} from 'vscode';
import type { Server } from './server';

/** Others' lenses of the same document are drawn together with ours, and do not wait longer. */
const PATIENCE_MS = 5_000;

export class Lenses implements CodeLensProvider {
  private readonly changed = new EventEmitter<void>();
  private hasMissed = false;

  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(private readonly server: Server) {
    server.onLensesChanged(() => this.changed.fire());
    server.onStateChanged((state) => {
      if (state === 'stopped' || (state === 'ready' && this.hasMissed)) {
        this.hasMissed = false;
        this.changed.fire();
      }
    });
  }

  async provideCodeLenses(document: TextDocument, token: CancellationToken): Promise<CodeLens[]> {
    const asked = this.server.lenses(document, token).catch(() => undefined);
    const tired = new Promise<undefined>((resolve) => {
      setTimeout(resolve, PATIENCE_MS, undefined);
    });
    const lenses = await Promise.race([asked, tired]);
    this.hasMissed ||= !lenses;
    return lenses ?? [];
  }
}
