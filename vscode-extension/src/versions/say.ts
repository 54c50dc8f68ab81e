/** What has been done to versions, in the status bar for a while. */

import { window } from 'vscode';

const STATUS_MS = 4_000;

export function say(sentence: string): void {
  window.setStatusBarMessage(`$(versions) ${sentence}`, STATUS_MS);
}
