/** The server's questions, as dialogs: what they ask must not go by unseen. */

import { window } from 'vscode';
import type { MessageActionItem, ShowMessageRequestParams } from 'vscode-languageclient';

export async function ask(params: ShowMessageRequestParams): Promise<MessageActionItem | null> {
  const choices = (params.actions ?? []).map(({ title }) => ({
    title,
    isCloseAffordance: title === 'Cancel' || title === 'Do not send',
  }));
  const chosen = await window.showWarningMessage(params.message, { modal: true }, ...choices);
  return chosen ? { title: chosen.title } : null;
}
