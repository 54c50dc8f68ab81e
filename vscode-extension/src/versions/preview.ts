/** The diff that follows the list of versions, and is gone with it. */

import { commands, TabInputTextDiff, type TextEditor, Uri, ViewColumn, window } from 'vscode';
import type { Version, VersionList } from '../protocol';

const PAUSE_MS = 80;

export class Preview {
  private readonly before = window.activeTextEditor;
  private readonly column = this.before?.viewColumn ?? ViewColumn.Active;
  private readonly shown = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private work = Promise.resolve();
  private closed = false;

  /** Shows what differs between the current version and this one, once the list rests on it. */
  show(list: VersionList, version: Version): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.work = this.work.then(() => this.open(list, version)).catch(() => undefined);
    }, PAUSE_MS);
  }

  /** Closes the diff, and gives the prompt its place back. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    this.closed = true;
    await this.work;
    const tabs = window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter(({ input }) => input instanceof TabInputTextDiff && this.shown.has(key(input)));
    if (tabs.length > 0) {
      await window.tabGroups.close(tabs, true);
      await this.returnTo(this.before);
    }
  }

  private async open(list: VersionList, version: Version): Promise<void> {
    if (this.closed) {
      return;
    }
    const current = list.versions.find((one) => one.current);
    if (!current || current.number === version.number) {
      return;
    }
    if (this.shown.size === 0 && this.before) {
      // A tab in preview mode would be replaced by the diff.
      await commands.executeCommand('workbench.action.keepEditor');
    }
    const [original, modified] = [Uri.parse(current.uri), Uri.parse(version.uri)];
    this.shown.add(key({ original, modified }));
    const title = `${list.step}: ${current.label} (current) ↔ ${version.label}`;
    const options = { preview: true, preserveFocus: true, viewColumn: this.column };
    await commands.executeCommand('vscode.diff', original, modified, title, options);
  }

  private async returnTo(editor: TextEditor | undefined): Promise<void> {
    if (editor) {
      const options = { viewColumn: this.column, preview: false };
      await window.showTextDocument(editor.document, options);
    }
  }
}

function key({ original, modified }: { original: Uri; modified: Uri }): string {
  return `${original}\n${modified}`;
}
