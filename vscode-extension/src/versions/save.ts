/** Saving prompts: VS Code saves none over a file that the server has written meanwhile, so it comes first. */

import { commands, type TextDocument, window, workspace } from 'vscode';
import { findDocument } from '../openDocument';
import { isPrompt } from '../prompts/known';

/** Saves the text as it is, since a formatter would make another version of it. */
export async function saveAsItIs(document: TextDocument): Promise<void> {
  if (window.activeTextEditor?.document === document) {
    await commands.executeCommand('workbench.action.files.saveWithoutFormatting');
  } else {
    await document.save();
  }
}

/** Saves a prompt whose text is about to become a version, where it is open with unsaved changes. */
export async function saveFirst(uri: string): Promise<void> {
  const document = findDocument(uri);
  if (document?.isDirty) {
    await saveAsItIs(document);
  }
}

/** As `saveFirst`, for all prompts. */
export async function saveAllFirst(): Promise<void> {
  for (const document of workspace.textDocuments) {
    if (document.isDirty && isPrompt(document.uri)) {
      await saveAsItIs(document);
    }
  }
}
