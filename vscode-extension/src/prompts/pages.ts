/** The pages of ours that are open, and the prompt that each is about. */

import { EventEmitter, type WebviewPanel } from 'vscode';

interface About {
  uri: string;
  /** Empty as long as it is not known. */
  step: string;
}

const open = new Map<WebviewPanel, About>();
const changed = new EventEmitter<void>();

/** Fires when pages may have come into sight, or have gone. */
export const onSightChanged = changed.event;

export function noteOpen(panel: WebviewPanel, about: About): void {
  const known = open.get(panel);
  open.set(panel, about);
  if (!known) {
    panel.onDidChangeViewState(() => changed.fire());
  }
  if (known?.step !== about.step) {
    changed.fire();
  }
}

export function noteClosed(panel: WebviewPanel): void {
  open.delete(panel);
  changed.fire();
}

/** The URI of the prompt that the page which has the focus is about. */
export function promptOfActivePage(): string | undefined {
  return [...open].find(([panel]) => panel.active)?.[1].uri;
}

/** Whether a page in sight shows how something goes on: `greet v3`, `greet: 4 versions`, `Testing greet`. */
export function isInSight(progress: string): boolean {
  const what = progress.replace(/^Testing /, '');
  return [...open].some(
    ([panel, { step }]) =>
      panel.visible &&
      step !== '' &&
      what.startsWith(step) &&
      /^(|[ :,].*)$/.test(what.slice(step.length)),
  );
}
