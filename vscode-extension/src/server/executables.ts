/** Finding programs, on every platform. */

import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

export const isWindows = process.platform === 'win32';

export async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, isWindows ? constants.F_OK : constants.X_OK);
    return (await stat(file)).isFile();
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
  const endings = isWindows ? ['.exe'] : [''];
  for (const folder of (variables.PATH ?? variables.Path ?? '').split(path.delimiter)) {
    // A relative entry would be looked up in the workspace, which may be anybody's.
    if (!path.isAbsolute(folder)) {
      continue;
    }
    for (const ending of endings) {
      const file = path.join(folder, program + ending);
      if (await isProgram(file)) {
        return file;
      }
    }
  }
  return undefined;
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
