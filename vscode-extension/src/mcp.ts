/** Fourfold as an MCP server, for the agents of VS Code 1.101 and newer: nobody has to configure it. */

import type { Disposable, Event } from 'vscode';
import { OPENAI } from './endpoints';

export const PROVIDER = 'fourfold.mcp';

/** What the types that this extension is built with do not know yet. */
export interface ServerDefinition {
  label: string;
  command: string;
  args: string[];
  env: Record<string, string | number | null>;
}

interface Provider {
  onDidChangeMcpServerDefinitions: Event<void>;
  provideMcpServerDefinitions(): ServerDefinition[];
  resolveMcpServerDefinition(server: ServerDefinition): Promise<ServerDefinition>;
}

/** The module `vscode`, as far as it is there. */
export interface Host {
  lm?: {
    registerMcpServerDefinitionProvider?(id: string, provider: Provider): Disposable;
  };
  McpStdioServerDefinition?: new (
    label: string,
    command: string,
    args: string[],
    env: Record<string, string>,
    version: string,
  ) => ServerDefinition;
}

interface Folder {
  name: string;
  path: string;
}

/** The key that the user has stored for OpenAI, unless the environment says where runs go. */
export async function storedKey(
  environment: Record<string, string | undefined>,
  get: (endpoint: string) => Promise<string | undefined>,
): Promise<Record<string, string>> {
  const { OPENAI_API_KEY, OPENAI_BASE_URL } = environment;
  const key = OPENAI_API_KEY || OPENAI_BASE_URL ? undefined : await get(OPENAI);
  return key ? { OPENAI_API_KEY: key } : {};
}

/**
 * Offers a server for each folder; nothing where VS Code is older. `program` finds the program, or
 * makes it, once a server is started, which gets the variables that `keys` gives.
 */
export function offerServers(
  host: Host,
  version: string,
  folders: () => readonly Folder[],
  foldersChanged: Event<void>,
  program: () => Promise<string>,
  keys: () => Promise<Record<string, string>>,
): Disposable[] {
  const Definition = host.McpStdioServerDefinition;
  const registered =
    Definition &&
    host.lm?.registerMcpServerDefinitionProvider?.(PROVIDER, {
      onDidChangeMcpServerDefinitions: foldersChanged,
      provideMcpServerDefinitions: () =>
        folders().map(({ name, path }, _, all) => {
          const label = all.length === 1 ? 'Fourfold' : `Fourfold: ${name}`;
          return new Definition(label, 'fourfold', ['mcp', '--folder', path], {}, version);
        }),
      async resolveMcpServerDefinition(server) {
        server.command = await program();
        server.env = await keys();
        return server;
      },
    });
  return registered ? [registered] : [];
}
