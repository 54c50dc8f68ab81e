/** Which of the editor's settings the server is told: only what somebody has set. */

export const SERVER_SETTINGS = [
  'folders',
  'exclude',
  'versionOnSave',
  'model',
  'concurrency',
  'idleTimeout',
  'joinSaves',
] as const;

export interface Configuration {
  get(name: string): unknown;
  inspect(name: string): Readonly<Record<string, unknown>> | undefined;
}

const SET_BY_SOMEBODY = ['globalValue', 'workspaceValue', 'workspaceFolderValue'] as const;

/** Defaults are left out, since they would win over the workspace's fourfold.toml. */
export function serverSettings(configuration: Configuration): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const name of SERVER_SETTINGS) {
    const known = configuration.inspect(name);
    if (known && SET_BY_SOMEBODY.some((source) => known[source] !== undefined)) {
      settings[name] = configuration.get(name);
    }
  }
  return settings;
}
