/** The server's process, started ahead of the client that will talk to it. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const END_MS = 2_000;

export class ServerProcess {
  private child: ChildProcess;
  private started: Promise<unknown>;
  private isTaken = false;

  constructor(
    readonly command: string,
    private readonly folder: string | undefined,
  ) {
    [this.child, this.started] = this.launch();
  }

  /** The process to talk to; each time after the first, a new one. Rejects if there is none. */
  async take(): Promise<ChildProcess> {
    if (this.isTaken) {
      [this.child, this.started] = this.launch();
    }
    this.isTaken = true;
    await this.started;
    return this.child;
  }

  /** Ends a process that does not end by itself. */
  end(): void {
    const { child } = this;
    if (child.exitCode === null && child.signalCode === null) {
      const timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
      child.once('exit', () => clearTimeout(timer));
    }
  }

  private launch(): [ChildProcess, Promise<unknown>] {
    const child = spawn(this.command, ['serve'], { cwd: this.folder, windowsHide: true });
    const started = once(child, 'spawn');
    started.catch(() => undefined); // told to whoever takes it
    child.on('error', () => undefined);
    return [child, started];
  }
}
