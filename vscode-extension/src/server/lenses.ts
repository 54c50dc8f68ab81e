/**
 * Code lenses. VS Code puts its question off when a provider comes or changes, so this one is there
 * before the server is: it answers what the document had last, or waits for the server.
 */

import {
  type CancellationToken,
  type CodeLens,
  type CodeLensProvider,
  Disposable,
  EventEmitter,
  languages,
  type TextDocument,
  window,
  workspace,
} from 'vscode';
import { within } from '../within';
import { DOCUMENTS } from './documents';
import type { LensMemory } from './lensMemory';
import type { Server } from './server';
import { Telling } from './telling';

/** Others' lenses of the same document are drawn together with ours, and do not wait longer. */
const PATIENCE_MS = 5_000;

/** How long VS Code may take to ask for the first ones, and to draw them. */
const ASKING_MS = 1_000;
const DRAWING_MS = 50;

export class Lenses extends Disposable implements CodeLensProvider {
  private readonly changed = new EventEmitter<void>();
  private readonly telling = new Telling(() => this.changed.fire());
  private readonly edits: Disposable;
  private isBehind = false;
  private answered: () => void = () => undefined;

  /** Resolves once the lenses that are known at the start are there: what takes the processor waits for them. */
  readonly firstAnswered: Promise<unknown>;
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(
    private readonly server: Server,
    private readonly memory: LensMemory,
  ) {
    super(() => this.edits.dispose());
    this.edits = workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0 && languages.match(DOCUMENTS, document)) {
        this.telling.expected();
      }
    });
    const isKnown = window.visibleTextEditors.some(
      ({ document }) => languages.match(DOCUMENTS, document) && memory.recall(document),
    );
    const first = new Promise<void>((resolve) => {
      this.answered = () => setTimeout(resolve, DRAWING_MS);
    });
    this.firstAnswered = isKnown ? within(first, ASKING_MS) : Promise.resolve();
    server.onLensesChanged(() => this.telling.changed());
    server.onStateChanged((state) => {
      if (state === 'stopped' || (state === 'ready' && this.isBehind)) {
        this.isBehind = false;
        this.changed.fire();
      }
    });
  }

  async provideCodeLenses(document: TextDocument, token: CancellationToken): Promise<CodeLens[]> {
    this.telling.asked();
    const remembered = this.server.state === 'starting' && this.memory.recall(document);
    if (remembered) {
      this.isBehind = true;
      this.answered();
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
