/** Another version in an open editor: only what differs is replaced, then it is saved. */

import {
  type Position,
  Range,
  Selection,
  type TextDocument,
  type TextEditor,
  window,
} from 'vscode';
import type {
  ApplyWorkspaceEditParams,
  ApplyWorkspaceEditResult,
  TextDocumentEdit,
} from 'vscode-languageclient';
import { findDocument } from '../openDocument';
import { sameText } from '../sameText';
import { type LineEdit, minimalEdits } from '../versions/minimalEdits';
import { saveAsItIs } from '../versions/save';

const LABEL = 'Fourfold: change version';

type Next = (params: ApplyWorkspaceEditParams) => unknown;
type Switched = (document: TextDocument, before: string) => void;

export async function applyEdit(
  params: ApplyWorkspaceEditParams,
  next: Next,
  switched: Switched,
): Promise<ApplyWorkspaceEditResult> {
  const given = params.edit.documentChanges?.[0] as TextDocumentEdit | undefined;
  const whole = given?.edits?.[0];
  const document = given && findDocument(given.textDocument.uri);
  if (params.label !== LABEL || !given || !whole || !('newText' in whole) || !document) {
    return (await next(params)) as ApplyWorkspaceEditResult;
  }
  const before = document.getText();
  const edits = minimalEdits(before, whole.newText);
  const changes = edits.map(({ start, end, newText }) => ({ range: { start, end }, newText }));
  const cursors = window.visibleTextEditors
    .filter((editor) => editor.document === document)
    .map((editor) => ({ editor, selections: editor.selections }));
  const result = (await next({
    ...params,
    edit: { documentChanges: [{ textDocument: given.textDocument, edits: changes }] },
  })) as ApplyWorkspaceEditResult;
  // Where the edit has not arrived, a save would keep the old text once more.
  if (result.applied && sameText(document.getText(), whole.newText)) {
    for (const { editor, selections } of cursors) {
      putBack(editor, selections, edits);
    }
    switched(document, before);
    void saveAsItIs(document);
  }
  return result;
}

/** An editor moves a cursor out of the lines that are replaced; this one goes back to its place. */
function putBack(editor: TextEditor, before: readonly Selection[], edits: LineEdit[]): void {
  const replaced = edits.map(
    ({ start, end }) => new Range(start.line, start.character, end.line, end.character),
  );
  const touched = (at: Position) => replaced.some((range) => !range.isEmpty && range.contains(at));
  if (before.some((selection) => touched(selection.active))) {
    editor.selections = before.map(
      ({ anchor, active }) =>
        new Selection(
          editor.document.validatePosition(anchor),
          editor.document.validatePosition(active),
        ),
    );
  }
}
