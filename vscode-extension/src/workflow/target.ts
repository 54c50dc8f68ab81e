/** Which workflow, and which of its steps, a command is about. */

import { Uri, window, workspace } from 'vscode';
import { activeUri, findTarget } from '../prompts/target';
import type { VersionList } from '../protocol';
import type { Server } from '../server/server';

export interface StepTarget {
  /** The workspace folder's URI. */
  folder: string;
  /** The step's id. */
  step: string;
}

/** The workspace folder of what a menu, the tree or a lens hands over, else of what has the focus. */
export async function findFolder(given: unknown): Promise<string | undefined> {
  const about = folderOf(given) ?? folderOf(activeUri());
  if (about !== undefined) {
    return about;
  }
  const folders = workspace.workspaceFolders ?? [];
  const chosen = folders.length > 1 ? await window.showWorkspaceFolderPick() : folders[0];
  if (folders.length === 0) {
    window.setStatusBarMessage('$(info) Open a folder first; its workflow is run.', 5_000);
  }
  return chosen?.uri.toString();
}

/** The step of a node of the tree, else that of the prompt that has the focus or is picked. */
export async function findStep(server: Server, given: unknown): Promise<StepTarget | undefined> {
  if (isStepTarget(given)) {
    return { folder: given.folder, step: given.step };
  }
  const target = await findTarget(server, given);
  if (!target) {
    return undefined;
  }
  const fields = { uri: target.uri };
  const { step, uri } = await server.execute<VersionList>('fourfold.listVersions', fields);
  return { folder: folderOf({ uri }) ?? uri, step };
}

function isStepTarget(given: unknown): given is StepTarget {
  return (
    typeof given === 'object' &&
    given !== null &&
    typeof (given as StepTarget).folder === 'string' &&
    typeof (given as StepTarget).step === 'string'
  );
}

function folderOf(given: unknown): string | undefined {
  const { folder, uri } = (given ?? {}) as { folder?: unknown; uri?: unknown };
  if (typeof folder === 'string') {
    return folder;
  }
  const file = given instanceof Uri ? given : typeof uri === 'string' ? Uri.parse(uri) : undefined;
  return file && workspace.getWorkspaceFolder(file)?.uri.toString();
}
