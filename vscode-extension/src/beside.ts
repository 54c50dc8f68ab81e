/** Showing Fourfold's documents beside the prompt that they are about. */

import {
  commands,
  TabInputCustom,
  TabInputText,
  TabInputWebview,
  Uri,
  ViewColumn,
  window,
  workspace,
} from 'vscode';

export type View = 'source' | 'rendered';

const MARKDOWN_PREVIEW = 'vscode.markdown.preview.editor';

/** Whether the user wants responses to be shown by themselves. */
export function showsResponses(): boolean {
  return workspace.getConfiguration('fourfold').get<boolean>('showResponses', true);
}

export async function showBeside(uri: string, view: View): Promise<void> {
  const viewColumn = columnBeside();
  await show(uri, view, { viewColumn, preserveFocus: true, preview: true });
}

export async function show(
  uri: string,
  view: View,
  options: { viewColumn?: ViewColumn; preserveFocus?: boolean; preview?: boolean } = {},
): Promise<void> {
  if (view === 'rendered') {
    const column = { viewColumn: ViewColumn.Active, ...options };
    await commands.executeCommand('vscode.openWith', Uri.parse(uri), MARKDOWN_PREVIEW, column);
  } else {
    await window.showTextDocument(Uri.parse(uri), options);
  }
}

/** The column of a document of ours that has the focus, or of nothing, else the one to the right. */
export function columnBeside(): ViewColumn {
  const group = window.tabGroups.activeTabGroup;
  if (!group.activeTab) {
    return group.viewColumn;
  }
  const { input } = group.activeTab;
  const isOurs =
    input instanceof TabInputWebview
      ? input.viewType.includes('fourfold.')
      : (input instanceof TabInputText || input instanceof TabInputCustom) &&
        input.uri.scheme === 'fourfold';
  return isOurs ? group.viewColumn : ViewColumn.Beside;
}
