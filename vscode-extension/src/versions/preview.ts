/** The diff that follows the list of versions, below the prompt, and is gone with it. */

import {
  commands,
  TabInputText,
  TabInputTextDiff,
  type TextEditor,
  Uri,
  ViewColumn,
  window,
} from 'vscode';
import type { Version, VersionList } from '../protocol';
import { pairOf } from './pair';

const PAUSE_MS = 80;

export class Preview {
  private readonly before = window.activeTextEditor;
  private readonly shown = new Set<string>();
  private place: Promise<ViewColumn> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private work = Promise.resolve();
  private closed = false;
  private giveBack: () => void = () => undefined;

  /** `makeRoom` takes away what stands beside the prompt, and answers what gives that back. */
  constructor(private readonly makeRoom: () => Promise<() => void>) {}

  /** Shows what a version changed, once the list rests on it; of the current one, where it begins,
   * only after another. */
  show(list: VersionList, version: Version): void {
    clearTimeout(this.timer);
    if (version.current && this.shown.size === 0) {
      return;
    }
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
      .filter(({ input }) => this.shown.has(key(input)));
    if (tabs.length > 0) {
      await window.tabGroups.close(tabs, true);
      await this.returnTo(this.before);
    }
    this.giveBack();
  }

  private async open(list: VersionList, version: Version): Promise<void> {
    if (this.closed) {
      return;
    }
    this.place ??= this.findPlace();
    const options = { preview: true, preserveFocus: true, viewColumn: await this.place };
    const { older, newer, title } = pairOf(list, version);
    const modified = Uri.parse(newer.uri);
    if (!older) {
      this.shown.add(`${modified}`);
      await commands.executeCommand('vscode.open', modified, options);
      return;
    }
    const original = Uri.parse(older.uri);
    this.shown.add(`${original}\n${modified}`);
    await commands.executeCommand('vscode.diff', original, modified, title, options);
  }

  private async findPlace(): Promise<ViewColumn> {
    this.giveBack = await this.makeRoom();
    return placeBelow();
  }

  private async returnTo(editor: TextEditor | undefined): Promise<void> {
    if (editor) {
      const { viewColumn = ViewColumn.Active } = editor;
      await window.showTextDocument(editor.document, { viewColumn, preview: false });
    }
  }
}

/** Groups of editors beside each other (0) or below each other (1), and groups in them the other way round. */
interface Layout {
  orientation: number;
  groups: object[];
}

/** A group of editors below all others, since the list lies over the upper half of the window. */
async function placeBelow(): Promise<ViewColumn> {
  const { orientation, groups } = await commands.executeCommand<Layout>('vscode.getEditorLayout');
  const rows = orientation === 1 ? groups : [{ groups }];
  const layout = { orientation: 1, groups: [...rows, {}] };
  await commands.executeCommand('vscode.setEditorLayout', layout);
  return window.tabGroups.all.length;
}

function key(input: unknown): string {
  if (input instanceof TabInputTextDiff) {
    return `${input.original}\n${input.modified}`;
  }
  return input instanceof TabInputText ? `${input.uri}` : '';
}
