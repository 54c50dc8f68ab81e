/** The sample workflow, for a workspace that has no prompts yet. */

import { Uri, window, workspace } from 'vscode';

export async function createSample(extension: Uri): Promise<void> {
  const folders = workspace.workspaceFolders ?? [];
  const folder = folders.length > 1 ? await window.showWorkspaceFolderPick() : folders[0];
  if (!folder) {
    window.setStatusBarMessage('$(info) Open a folder first; the sample is put into it.', 5_000);
    return;
  }
  const target = Uri.joinPath(folder.uri, 'prompts');
  const sample = Uri.joinPath(extension, 'dist', 'sample', 'prompts');
  await copyMissing(sample, target);
  await window.showTextDocument(Uri.joinPath(target, 'requirement.prompty'));
}

/** Copies what is not there yet; nothing is overwritten. */
async function copyMissing(source: Uri, target: Uri): Promise<void> {
  await workspace.fs.createDirectory(target);
  for (const [name, type] of await workspace.fs.readDirectory(source)) {
    const [from, to] = [Uri.joinPath(source, name), Uri.joinPath(target, name)];
    if (type === 2) {
      await copyMissing(from, to);
    } else {
      await workspace.fs.copy(from, to, { overwrite: false }).then(undefined, () => undefined);
    }
  }
}
