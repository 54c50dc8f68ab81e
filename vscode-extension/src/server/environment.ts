/** The private environment: made from the wheel that the extension carries, in its own storage. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inEnvironment, isProgram, onPath } from './executables';
import { withLock } from './lock';
import { run } from './processes';
import { findPython } from './python';

export class NoPythonError extends Error {
  constructor(chosen: string) {
    super(
      chosen
        ? `${chosen}, which the setting fourfold.python names, is no Python 3.11 or newer.`
        : 'Fourfold needs Python 3.11 or newer, and none was found.',
    );
  }
}

export class InstallError extends Error {
  constructor(
    what: string,
    readonly output: string,
  ) {
    const lines = output.trim().split(/\r?\n/);
    const said = lines.findLast((line) => /error|could not|failed/i.test(line)) ?? lines.at(-1);
    super(`${what}${said ? `: ${said.trim().slice(0, 200)}` : ''}.`);
  }
}

/** Does work that takes long, showing what it reports. */
export type Work = (work: (report: (message: string) => void) => Promise<void>) => Promise<void>;

export class PrivateEnvironment {
  /**
   * `storage` is the extension's own folder, `carried` the folder with the wheel, `python` the
   * interpreter that the user chose, or empty.
   */
  constructor(
    private readonly storage: string,
    private readonly carried: string,
    private readonly python: string,
    private readonly log: (line: string) => void,
  ) {}

  private get folder(): string {
    return path.join(this.storage, 'environment');
  }

  private get stamp(): string {
    return path.join(this.storage, 'installed.json');
  }

  /** The program `fourfold` from the carried wheel. */
  async ensure(withProgress: Work): Promise<string> {
    const wheel = this.wheel();
    const wanted = createHash('sha256').update(readFileSync(wheel)).digest('hex');
    const program = inEnvironment(this.folder, 'fourfold');
    if (this.isReady(program, wanted)) {
      return program;
    }
    await mkdir(this.storage, { recursive: true });
    await withProgress((report) =>
      withLock(path.join(this.storage, 'lock'), async () => {
        if (!this.isReady(program, wanted)) {
          await this.install(wheel, report);
          await writeFile(this.stamp, JSON.stringify({ wheel: path.basename(wheel), wanted }));
        }
      }),
    );
    return program;
  }

  /** Installs what an extra needs beside the server, where it is not there yet. */
  async ensureExtra(extra: string, withProgress: Work): Promise<void> {
    const python = inEnvironment(this.folder, 'python');
    const probe = `import importlib.util as i, sys; sys.exit(i.find_spec("${extra}") is None)`;
    const isThere = async () => (await this.step(python, ['-I', '-c', probe])) === null;
    if (await isThere()) {
      return;
    }
    await withProgress((report) =>
      withLock(path.join(this.storage, 'lock'), async () => {
        if (await isThere()) {
          return;
        }
        report('Installing what agents need');
        const uv = await onPath('uv');
        const [program, ...args] = installing(uv, python, `${this.wheel()}[${extra}]`)[0];
        const failed = await this.step(program, args);
        if (failed !== null) {
          throw new InstallError('What agents need could not be installed', failed);
        }
      }),
    );
  }

  /** Takes it away, so that it is made anew. */
  async remove(): Promise<void> {
    await rm(this.stamp, { force: true });
    await rm(this.folder, { recursive: true, force: true });
  }

  private wheel(): string {
    const names = readdirSync(this.carried).filter((name) => name.endsWith('.whl'));
    const [name] = names;
    if (!name) {
      throw new Error('This copy of the extension carries no server; install it again.');
    }
    return path.join(this.carried, name);
  }

  private isReady(program: string, wanted: string): boolean {
    try {
      const installed = JSON.parse(readFileSync(this.stamp, 'utf8'));
      return installed.wanted === wanted && isProgram(program);
    } catch {
      return false;
    }
  }

  private async install(wheel: string, report: (message: string) => void): Promise<void> {
    const python = inEnvironment(this.folder, 'python');
    const uv = await onPath('uv');
    if (!isProgram(python) || (await this.step(python, ['-I', '-c', 'pass'])) !== null) {
      report('Creating a Python environment');
      await this.create(uv);
    }
    report('Installing the server');
    for (const [program, ...args] of installing(uv, python, wheel)) {
      const failed = await this.step(program, args);
      if (failed !== null) {
        throw new InstallError('The Fourfold server could not be installed', failed);
      }
    }
  }

  private async create(uv: string | undefined): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
    if (uv) {
      const wanted = this.python || '>=3.11';
      if (
        (await this.step(uv, ['venv', '--no-project', '--python', wanted, this.folder])) === null
      ) {
        return;
      }
    }
    const python = await findPython(this.python);
    if (!python) {
      throw new NoPythonError(this.python);
    }
    const failed = await this.step(python, ['-I', '-m', 'venv', this.folder]);
    if (failed !== null) {
      throw new InstallError(`${python} could not make a virtual environment`, failed);
    }
  }

  /** What the program wrote if it failed, else null. */
  private async step(program: string, args: string[]): Promise<string | null> {
    this.log(`$ ${[program, ...args].join(' ')}`);
    const { code, output } = await run(program, args, { cwd: this.storage, onLine: this.log });
    return code === 0 ? null : output;
  }
}

type Command = [program: string, ...args: string[]];

function installing(
  uv: string | undefined,
  python: string,
  wheel: string,
): [Command, ...Command[]] {
  // An update may have the version of what is installed already, so its own package goes in anew.
  if (uv) {
    const install: Command = [uv, 'pip', 'install', '--python', python, '--compile-bytecode'];
    return [[...install, '--reinstall-package', 'fourfold', wheel]];
  }
  const install: Command = [python, '-I', '-m', 'pip', 'install', '--disable-pip-version-check'];
  return [
    [...install, wheel],
    [...install, '--force-reinstall', '--no-deps', wheel],
  ];
}
