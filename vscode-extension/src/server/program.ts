/** The program that serves this window, found as locate.ts says. */

import path from 'node:path';
import {
  type ExtensionContext,
  env,
  type LogOutputChannel,
  ProgressLocation,
  Uri,
  window,
  workspace,
} from 'vscode';
import { attempt } from '../problems';
import { NoPythonError, PrivateEnvironment } from './environment';
import { expand, inEnvironment, isProgram, isWindows, onPath } from './executables';
import { type Located, locate, NoServerAtPathError } from './locate';
import { selectedPythonFolder } from './pythonExtension';

const DOWNLOADS = 'https://www.python.org/downloads/';

export class ServerProgram {
  constructor(
    private readonly context: ExtensionContext,
    private readonly log: LogOutputChannel,
  ) {}

  async find(): Promise<string> {
    const { command, origin } = await this.locate();
    this.log.info(`The server is ${command} (${ORIGINS[origin]}).`);
    return command;
  }

  /** The same for agents, which need an extra: it is put into the private environment once. */
  async findForAgents(): Promise<string> {
    const { command, origin } = await this.locate();
    if (origin === 'private') {
      await this.privateEnvironment().ensureExtra('mcp', withProgress);
    }
    return command;
  }

  /** Takes the private environment away, so that the next start makes it anew. */
  reset(): Promise<void> {
    return this.privateEnvironment().remove();
  }

  private locate(): Promise<Located> {
    const folder = workspace.workspaceFolders?.[0]?.uri;
    return locate({
      trusted: workspace.isTrusted,
      setting: expand(setting('path'), folder?.fsPath),
      exists: isProgram,
      inEnvironment: () => this.inEnvironment(folder),
      onPath: () => onPath('fourfold'),
      privateServer: () => this.privateEnvironment().ensure(withProgress),
    });
  }

  private privateEnvironment(): PrivateEnvironment {
    const storage = path.join(this.context.globalStorageUri.fsPath, 'server');
    const carried = path.join(this.context.extensionPath, 'dist', 'server');
    const python = workspace.isTrusted ? expand(setting('python'), undefined) : '';
    return new PrivateEnvironment(storage, carried, python, (line) => this.log.info(line));
  }

  private async inEnvironment(folder: Uri | undefined): Promise<string | undefined> {
    const name = isWindows ? 'fourfold.exe' : 'fourfold';
    const selected = await selectedPythonFolder(folder);
    const places = [
      ...(selected ? [path.join(selected, name), inEnvironment(selected, 'fourfold')] : []),
      ...['.venv', 'venv'].flatMap((environment) =>
        folder ? [inEnvironment(path.join(folder.fsPath, environment), 'fourfold')] : [],
      ),
    ];
    return places.find(isProgram);
  }
}

const ORIGINS = {
  setting: 'the setting fourfold.path',
  environment: "the workspace's environment",
  path: 'on the PATH',
  private: 'its own environment',
};

function setting(name: string): string {
  return workspace.getConfiguration('fourfold').get<string>(name, '');
}

async function withProgress(
  work: (report: (message: string) => void) => Promise<void>,
): Promise<void> {
  const options = { location: ProgressLocation.Notification, title: 'Fourfold' };
  await window.withProgress(options, (progress) => work((message) => progress.report({ message })));
}

/** Tells why there is no server, with what can be done about it. */
export async function tellNoServer(error: unknown, actions: StartActions): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  const offers: Record<string, () => unknown> = {};
  if (error instanceof NoPythonError) {
    offers['Get Python'] = () => env.openExternal(Uri.parse(DOWNLOADS));
    offers['Choose Python'] = choosePython;
  } else if (error instanceof NoServerAtPathError) {
    offers['Open Settings'] = actions.openSettings;
  } else {
    offers.Reinstall = actions.reinstall;
    offers['Show Log'] = actions.showLog;
  }
  offers['Try Again'] = actions.restart;
  const chosen = await window.showErrorMessage(message, ...Object.keys(offers));
  await attempt(async () => chosen && offers[chosen]?.());

  async function choosePython() {
    const [file] = (await window.showOpenDialog({ title: 'Python 3.11 or newer' })) ?? [];
    if (file) {
      await workspace.getConfiguration('fourfold').update('python', file.fsPath, true);
      await actions.restart();
    }
  }
}

export interface StartActions {
  restart(): Promise<void>;
  reinstall(): Promise<void>;
  openSettings(): unknown;
  showLog(): void;
}
