/** The server's questions, asked so that they do not go by unseen. */

import { window } from 'vscode';
import type { MessageActionItem, ShowMessageRequestParams } from 'vscode-languageclient';

export async function ask(params: ShowMessageRequestParams): Promise<MessageActionItem | null> {
  if (/\bopen document\b|\bLook at it first\b/.test(params.message)) {
    return askAbove(params);
  }
  const choices = (params.actions ?? []).map(({ title }) => ({
    title,
    isCloseAffordance: title === 'Cancel' || title === 'Do not send',
  }));
  const chosen = await window.showWarningMessage(params.message, { modal: true }, ...choices);
  return chosen ? { title: chosen.title } : null;
}

/** Above the editors, since what it is about has to be read, and scrolled, before the answer. */
async function askAbove({
  message,
  actions,
}: ShowMessageRequestParams): Promise<MessageActionItem | null> {
  const titles = (actions ?? []).map(({ title }) => title);
  const [question = message, hint = ''] = message.split(/(?<=\?) /);
  const options = { title: question, placeHolder: hint, ignoreFocusOut: true };
  const title = await window.showQuickPick(titles, options);
  return title === undefined ? null : { title };
}
