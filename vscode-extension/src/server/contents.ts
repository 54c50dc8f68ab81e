/** Until VS Code shows what our document says: a text that reaches it before that is mixed into it. */

import { type Uri, workspace } from 'vscode';
import { sameText } from '../sameText';

/** How long it may take: seconds, where the machine is busy. */
const SHOWN_MS = 5_000;

/** Resolves once the document has the text, or is not open. */
export function untilShown(uri: Uri, text: string): Promise<void> {
  const document = workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
  return new Promise((resolve) => {
    const look = () => {
      if (!document || document.isClosed || sameText(document.getText(), text)) {
        done();
      }
    };
    const done = () => {
      clearTimeout(limit);
      changes.dispose();
      closings.dispose();
      resolve();
    };
    const limit = setTimeout(done, SHOWN_MS);
    const changes = workspace.onDidChangeTextDocument((event) => {
      if (event.document === document) {
        look();
      }
    });
    const closings = workspace.onDidCloseTextDocument(look);
    look();
  });
}
