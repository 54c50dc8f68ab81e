/** A Python that is new enough to make the private environment from. */

import { isProgram, isWindows, onPath } from './executables';
import { run } from './processes';

export const OLDEST_PYTHON = [3, 11] as const;

const PROBE = 'import sys; print(*sys.version_info[:2], sys.executable, sep="\\n")';

/** The interpreter's own path if it is new enough. */
export async function newEnough(command: string, args: string[] = []): Promise<string | undefined> {
  // -I: nothing from the folder that is open, nor from the user's environment variables.
  const { code, output } = await run(command, [...args, '-I', '-c', PROBE]);
  const [major, minor, executable] = output.trim().split(/\r?\n/);
  if (code !== 0 || !executable) {
    return undefined;
  }
  return isRecent(Number(major), Number(minor)) ? executable : undefined;
}

export function isRecent(major: number, minor: number): boolean {
  const [oldestMajor, oldestMinor] = OLDEST_PYTHON;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

const NAMES = ['python3', 'python', 'python3.14', 'python3.13', 'python3.12', 'python3.11'];

const USUAL_FOLDERS = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'];

/** The first of: the user's choice, what is on the PATH, where installers put it. */
export async function findPython(chosen: string): Promise<string | undefined> {
  if (chosen) {
    return newEnough(chosen);
  }
  for (const name of NAMES) {
    const program = await onPath(name);
    const found = program && (await newEnough(program));
    if (found) {
      return found;
    }
  }
  if (isWindows) {
    const launcher = await onPath('py');
    return launcher ? newEnough(launcher, ['-3']) : undefined;
  }
  for (const folder of USUAL_FOLDERS) {
    for (const name of NAMES) {
      const program = `${folder}/${name}`;
      const found = isProgram(program) && (await newEnough(program));
      if (found) {
        return found;
      }
    }
  }
  return undefined;
}
