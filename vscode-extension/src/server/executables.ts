/** Finding programs, on every platform. */

import { accessSync, constants, statSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

export const isWindows = process.platform === 'win32';

/** Answers at once: a turn of the event loop takes long while VS Code starts other extensions. */
export function isProgram(file: string): boolean {
  try {
    accessSync(file, isWindows ? constants.F_OK : constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Where a virtual environment, or the folder of an interpreter, keeps a program. */
export function inEnvironment(environment: string, program: string): string {
  return isWindows
    ? path.join(environment, 'Scripts', `${program}.exe`)
    : path.join(environment, 'bin', program);
}

export async function onPath(
  program: string,
  variables: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  const ending = isWindows ? '.exe' : '';
  const files = (variables.PATH ?? variables.Path ?? '')
    .split(path.delimiter)
    // A relative entry would be looked up in the workspace, which may be anybody's.
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, program + ending));
  // All at once, since any of them may be on a slow network.
  const there = await Promise.all(
    files.map((file) =>
      access(file).then(
        () => isProgram(file),
        () => false,
      ),
    ),
  );
  return files.find((_, index) => there[index]);
}

/** A path as people write it in settings. */
export function expand(text: string, workspaceFolder: string | undefined): string {
  let expanded = text.trim();
  if (expanded === '~' || expanded.startsWith('~/') || expanded.startsWith('~\\')) {
    expanded = homedir() + expanded.slice(1);
  }
  if (workspaceFolder) {
    expanded = expanded.replaceAll(
      /\$\{workspaceFolder\}|\$\{workspaceRoot\}/g,
      () => workspaceFolder,
    );
    if (expanded && !path.isAbsolute(expanded)) {
      expanded = path.join(workspaceFolder, expanded);
    }
  }
  return expanded;
}
