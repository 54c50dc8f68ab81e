/**
 * Code lenses. VS Code puts its question off when a provider comes or changes, so this one is there
 * before the server is: it answers what the document had last, or waits for the server.
 */

import {
  type CancellationToken,
  type CodeLens,
  type CodeLensProvider,
  EventEmitter,
  type TextDocument,
} from 'vscode';
import { within } from '../within';
import type { LensMemory } from './lensMemory';
import type { Server } from './server';

/** Others' lenses of the same document are drawn together with ours, and do not wait longer. */
const PATIENCE_MS = 5_000;

export class Lenses implements CodeLensProvider {
  private readonly changed = new EventEmitter<void>();
  private isBehind = false;

  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(
    private readonly server: Server,
    private readonly memory: LensMemory,
  ) {
    server.onLensesChanged(() => this.changed.fire());
    server.onStateChanged((state) => {
      if (state === 'stopped' || (state === 'ready' && this.isBehind)) {
        this.isBehind = false;
        this.changed.fire();
      }
    });
  }

  async provideCodeLenses(document: TextDocument, token: CancellationToken): Promise<CodeLens[]> {
    const remembered = this.server.state === 'starting' && this.memory.recall(document);
    if (remembered) {
      this.isBehind = true;
      return remembered;
    }
    const lenses = await within(this.server.lenses(document, token), PATIENCE_MS);
    if (lenses) {
      this.memory.remember(document, lenses);
    }
    this.isBehind ||= !lenses;
    return lenses ?? [];
  }
}
