/** The pages of ours that are open, and the prompt that each is about. */

import type { WebviewPanel } from 'vscode';

const open = new Map<WebviewPanel, string>();

/** `uri` is that of the prompt. */
export function noteOpen(panel: WebviewPanel, uri: string): void {
  open.set(panel, uri);
}

export function noteClosed(panel: WebviewPanel): void {
  open.delete(panel);
}

/** The URI of the prompt that the page which has the focus is about. */
export function promptOfActivePage(): string | undefined {
  return [...open].find(([panel]) => panel.active)?.[1];
}
