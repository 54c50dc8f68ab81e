/** The Python that Microsoft's Python extension has selected for the workspace, if it is there. */

import path from 'node:path';
import { extensions, type Uri } from 'vscode';

interface PythonApi {
  environments?: {
    getActiveEnvironmentPath(resource?: Uri): { path: string };
    resolveEnvironment(
      environment: unknown,
    ): Promise<{ executable: { uri?: Uri | undefined } } | undefined>;
  };
}

const PATIENCE_MS = 3_000;

/** The folder that holds the selected interpreter. */
export async function selectedPythonFolder(resource: Uri | undefined): Promise<string | undefined> {
  const extension = extensions.getExtension<PythonApi>('ms-python.python');
  if (!extension) {
    return undefined;
  }
  const asked = ask(extension.activate(), resource).catch(() => undefined);
  const tired = new Promise<undefined>((resolve) => {
    setTimeout(resolve, PATIENCE_MS, undefined);
  });
  return Promise.race([asked, tired]);
}

async function ask(
  activating: Thenable<PythonApi>,
  resource: Uri | undefined,
): Promise<string | undefined> {
  const { environments } = await activating;
  if (!environments) {
    return undefined;
  }
  const active = environments.getActiveEnvironmentPath(resource);
  const resolved = await environments.resolveEnvironment(active);
  const executable = resolved?.executable.uri?.fsPath;
  return executable ? path.dirname(executable) : undefined;
}
