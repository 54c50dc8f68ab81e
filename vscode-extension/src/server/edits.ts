/** Another version in an open editor: only what differs is replaced, then it is saved. */

import {
  commands,
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
import { type LineEdit, minimalEdits } from '../versions/minimalEdits';

const LABEL = 'Fourfold: change version';

type Next = (params: ApplyWorkspaceEditParams) => unknown;

export async function applyEdit(
  params: ApplyWorkspaceEditParams,
  next: Next,
): Promise<ApplyWorkspaceEditResult> {
  const given = params.edit.documentChanges?.[0] as TextDocumentEdit | undefined;
  const whole = given?.edits?.[0];
  const document = given && findDocument(given.textDocument.uri);
  if (params.label !== LABEL || !given || !whole || !('newText' in whole) || !document) {
    return (await next(params)) as ApplyWorkspaceEditResult;
  }
  const edits = minimalEdits(document.getText(), whole.newText);
  const changes = edits.map(({ start, end, newText }) => ({ range: { start, end }, newText }));
  const cursors = window.visibleTextEditors
    .filter((editor) => editor.document === document)
    .map((editor) => ({ editor, selections: editor.selections }));
  const result = (await next({
    ...params,
    edit: { documentChanges: [{ textDocument: given.textDocument, edits: changes }] },
  })) as ApplyWorkspaceEditResult;
  if (result.applied) {
    for (const { editor, selections } of cursors) {
      putBack(editor, selections, edits);
    }
    void save(document);
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

/** Saves the text as it is, since a formatter would make another version of it. */
async function save(document: TextDocument): Promise<void> {
  if (window.activeTextEditor?.document === document) {
    await commands.executeCommand('workbench.action.files.saveWithoutFormatting');
  } else {
    await document.save();
  }
}
