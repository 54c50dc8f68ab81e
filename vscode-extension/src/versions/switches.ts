/** Undo and redo of a switch are switches too: a kept version that they lead back to is saved. */

import { type Disposable, type TextDocument, TextDocumentChangeReason, workspace } from 'vscode';
import type { VersionList } from '../protocol';
import { sameText } from '../sameText';
import type { Server } from '../server/server';
import { saveAsItIs } from './save';

/** How many texts of a document are remembered. */
const MOST_TEXTS = 8;

export class Switches implements Disposable {
  private readonly texts = new WeakMap<TextDocument, string[]>();
  private readonly listening: Disposable[];

  constructor(private readonly server: Server) {
    this.listening = [
      server.onSwitched(({ document, before }) => this.note(document, before)),
      workspace.onDidChangeTextDocument(({ document, reason }) => {
        const moved =
          reason === TextDocumentChangeReason.Undo || reason === TextDocumentChangeReason.Redo;
        if (moved && this.texts.get(document)?.includes(document.getText())) {
          // Where the server is gone, the text waits for a save by the user.
          this.saveKept(document).catch(() => undefined);
        }
      }),
    ];
  }

  dispose(): void {
    for (const one of this.listening) {
      one.dispose();
    }
  }

  private note(document: TextDocument, before: string): void {
    const known = this.texts.get(document) ?? [];
    this.texts.set(document, [...known, before, document.getText()].slice(-MOST_TEXTS));
  }

  private async saveKept(document: TextDocument): Promise<void> {
    const fields = { uri: document.uri.toString() };
    const { versions } = await this.server.execute<VersionList>('fourfold.listVersions', fields);
    const texts = await Promise.all(versions.map(({ uri }) => this.server.read(uri)));
    if (texts.some((text) => sameText(text, document.getText()))) {
      await saveAsItIs(document);
    }
  }
}
