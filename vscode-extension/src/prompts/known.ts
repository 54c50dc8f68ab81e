/** Which files are prompts, for menus and for commands. */

import { commands, EventEmitter, type Uri } from 'vscode';

const changed = new EventEmitter<void>();
let known: ReadonlySet<string> = new Set();

export const onPromptsChanged = changed.event;

/** Takes in which files the server keeps versions of, and whether a workflow.yaml names any of them. */
export function setPrompts(paths: string[], hasWorkflow: boolean): void {
  known = new Set(paths);
  commands.executeCommand('setContext', 'fourfold.hasWorkflow', hasWorkflow);
  commands.executeCommand('setContext', 'fourfold.prompts', paths);
  commands.executeCommand('setContext', 'fourfold.hasPrompts', paths.length > 0);
  changed.fire();
}

/** Whether it is a prompt, or a document of one. */
export function isPrompt(uri: Uri): boolean {
  return uri.scheme === 'fourfold' || (uri.scheme === 'file' && known.has(uri.fsPath));
}
