/** Running short-lived programs. */

import { spawn } from 'node:child_process';

export interface Outcome {
  code: number | null;
  /** What it wrote, on both streams, in the order of arrival. */
  output: string;
}

export interface Options {
  cwd?: string;
  signal?: AbortSignal;
  onLine?: (line: string) => void;
}

/** Runs a program to its end; a program that cannot be started counts as one that failed. */
export function run(command: string, args: string[], options: Options = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      signal: options.signal,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let output = '';
    let rest = '';
    const take = (data: Buffer) => {
      const text = data.toString('utf8');
      output += text;
      const lines = (rest + text).split(/\r?\n|\r/);
      rest = lines.pop() ?? '';
      for (const line of lines) {
        options.onLine?.(line);
      }
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', (error) => resolve({ code: null, output: `${output}${error.message}` }));
    child.on('close', (code) => resolve({ code, output }));
  });
}
