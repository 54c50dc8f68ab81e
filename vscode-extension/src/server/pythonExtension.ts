/** The Python that Microsoft's Python extension has selected for the workspace, if it is there. */

import path from 'node:path';
import { extensions, type Uri } from 'vscode';
import { within } from '../within';

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
  return within(ask(extension.activate(), resource), PATIENCE_MS);
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
