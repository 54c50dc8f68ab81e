/** The documents that are open, by URIs as the server spells them. */

import { type TextDocument, workspace } from 'vscode';

export function findDocument(uri: string): TextDocument | undefined {
  return workspace.textDocuments.find((document) => sameUri(document.uri.toString(), uri));
}

export function sameUri(one: string, other: string): boolean {
  return one === other || decodeURIComponent(one) === decodeURIComponent(other);
}
