/** The language client: one for all folders, with what only VS Code can do added. */

import { CancellationTokenSource, type LogOutputChannel, workspace } from 'vscode';
import type {
  ExecuteCommandSignature,
  LanguageClient,
  LanguageClientOptions,
  StaticFeature,
} from 'vscode-languageclient/node';
import type { RunSummary, VersionList } from '../protocol';
import { serverSettings } from '../settings';
import { applyEdit } from './edits';
import { ProgressNotifications } from './progress';
import { ask } from './questions';

export interface Listeners {
  versionsChanged(list: VersionList): void;
  runChanged(run: RunSummary): void;
  /** A command that a lens, an action or another extension calls. */
  command(name: string, fields: Record<string, unknown>): Promise<unknown>;
  /** The key that the user has stored for an endpoint. */
  key(endpoint: string): Promise<string | undefined>;
}

export async function createClient(
  command: string,
  log: LogOutputChannel,
  listeners: Listeners,
): Promise<LanguageClient> {
  // Loaded here, since activation must not wait for it.
  const { LanguageClient, State } = await import('vscode-languageclient/node');
  const options: LanguageClientOptions = {
    documentSelector: [
      { scheme: 'file', language: 'prompty' },
      { scheme: 'file', pattern: '**/*.{prompty,md,txt,j2,jinja}' },
    ],
    outputChannel: log,
    initializationOptions: () => serverSettings(workspace.getConfiguration('fourfold')),
    middleware: {
      executeCommand: (name: string, args: unknown[], _next: ExecuteCommandSignature) =>
        listeners.command(name, (args[0] ?? {}) as Record<string, unknown>),
      window: {
        // What a command answers with is opened here, in the place that suits it.
        showDocument: async (params, token, next) =>
          params.uri.startsWith('fourfold:') ? { success: true } : next(params, token),
      },
      handleWorkDoneProgress: (token, value, next) => progress.handle(token, value, next),
      workspace: {
        configuration: ({ items }) =>
          items.map(({ section }) =>
            section === 'fourfold'
              ? serverSettings(workspace.getConfiguration('fourfold'))
              : workspace.getConfiguration().get(section ?? ''),
          ),
        handleApplyEdit: (params, next) =>
          applyEdit(params, (changed) => next(changed, new CancellationTokenSource().token)),
      },
    },
  };
  const client = new LanguageClient('fourfold', 'Fourfold', { command, args: ['serve'] }, options);
  const progress = new ProgressNotifications((token) =>
    client.sendNotification('window/workDoneProgress/cancel', { token }),
  );
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Stopped) {
      progress.endAll();
    }
  });
  client.registerFeature(announcement());
  client.onNotification('fourfold/versionsChanged', listeners.versionsChanged);
  client.onNotification('fourfold/runChanged', listeners.runChanged);
  client.onRequest('window/showMessageRequest', ask);
  client.onRequest('fourfold/apiKey', async ({ endpoint }: { endpoint: string }) => ({
    key: (await listeners.key(endpoint)) ?? null,
  }));
  return client;
}

function announcement(): StaticFeature {
  return {
    fillClientCapabilities(capabilities) {
      capabilities.experimental = {
        ...capabilities.experimental,
        fourfold: { rendersComparisons: true, picksVersions: true, events: true, keys: true },
      };
    },
    initialize: () => undefined,
    getState: () => ({ kind: 'static' }),
    clear: () => undefined,
  };
}
