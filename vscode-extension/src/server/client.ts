/** The language client: one for all folders, with what only VS Code can do added. */

import type { ChildProcess } from 'node:child_process';
import {
  CancellationTokenSource,
  type Event,
  type LogOutputChannel,
  type TextDocument,
  workspace,
} from 'vscode';
import {
  type DynamicFeature,
  type ExecuteCommandSignature,
  LanguageClient,
  type LanguageClientOptions,
  State,
  type StaticFeature,
} from 'vscode-languageclient/node';
import type { RunSummary, TestsNews, VersionList, WorkflowEnded } from '../protocol';
import { serverSettings } from '../settings';
import { untilShown } from './contents';
import { DOCUMENTS } from './documents';
import { type Asked, EditorModelCalls, hasModels } from './editorModels';
import { applyEdit } from './edits';
import { ProgressNotifications } from './progress';
import { ask } from './questions';
import { Turns } from './turns';

const CODE_LENS = 'textDocument/codeLens';

export interface Listeners {
  versionsChanged(list: VersionList): void;
  runChanged(run: RunSummary): void;
  testsChanged(news: TestsNews): void;
  workflowChanged(): void;
  workflowEnded(ended: WorkflowEnded): void;
  lensesChanged(): void;
  /** An open prompt got another version's text; `before` is the one that it had. */
  switched(document: TextDocument, before: string): void;
  /** A document of ours that the server wants to be seen. */
  documentOffered(uri: string): void;
  /** A command that a lens, an action or another extension calls. */
  command(name: string, fields: Record<string, unknown>): Promise<unknown>;
  /** Whether a page shows how something of this title goes on. */
  isInSight(title: string): boolean;
  /** Fires when that may be otherwise. */
  onSightChanged: Event<void>;
  /** The key that the user has stored for an endpoint. */
  key(endpoint: string): Promise<string | undefined>;
}

export function createClient(
  server: () => Promise<ChildProcess>,
  log: LogOutputChannel,
  listeners: Listeners,
): LanguageClient {
  const turns = new Turns();
  const options: LanguageClientOptions = {
    documentSelector: DOCUMENTS,
    outputChannel: log,
    initializationOptions: () => serverSettings(workspace.getConfiguration('fourfold')),
    middleware: {
      executeCommand: (name: string, args: unknown[], _next: ExecuteCommandSignature) =>
        listeners.command(name, (args[0] ?? {}) as Record<string, unknown>),
      window: {
        // What a command leads to is opened by who called it, in the place that suits it.
        showDocument: async (params, token, next) => {
          if (!params.uri.startsWith('fourfold:')) {
            return next(params, token);
          }
          listeners.documentOffered(params.uri);
          return { success: true };
        },
      },
      provideTextDocumentContent: (uri, token, next) =>
        turns.take(
          uri.toString(),
          () => next(uri, token),
          async (text) => (typeof text === 'string' ? untilShown(uri, text) : undefined),
        ),
      handleWorkDoneProgress: (token, value, next) => progress.handle(token, value, next),
      workspace: {
        configuration: ({ items }) =>
          items.map(({ section }) =>
            section === 'fourfold'
              ? serverSettings(workspace.getConfiguration('fourfold'))
              : workspace.getConfiguration().get(section ?? ''),
          ),
        handleApplyEdit: (params, next) =>
          applyEdit(
            params,
            (changed) => next(changed, new CancellationTokenSource().token),
            listeners.switched,
          ),
      },
    },
  };
  const client = new Client('fourfold', 'Fourfold', server, options);
  const progress = new ProgressNotifications(
    (token) => client.sendNotification('window/workDoneProgress/cancel', { token }),
    listeners.isInSight,
    listeners.onSightChanged,
  );
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Stopped) {
      progress.endAll();
    }
  });
  client.registerFeature(announcement());
  client.onNotification('fourfold/versionsChanged', listeners.versionsChanged);
  client.onNotification('fourfold/runChanged', listeners.runChanged);
  client.onNotification('fourfold/testsChanged', listeners.testsChanged);
  client.onNotification('fourfold/workflowChanged', listeners.workflowChanged);
  client.onNotification('fourfold/workflowEnded', listeners.workflowEnded);
  client.onRequest('workspace/codeLens/refresh', async () => listeners.lensesChanged());
  client.onRequest('window/showMessageRequest', ask);
  client.onRequest('fourfold/apiKey', async ({ endpoint }: { endpoint: string }) => ({
    key: (await listeners.key(endpoint)) ?? null,
  }));
  const calls = new EditorModelCalls((call, text) =>
    client.sendNotification('fourfold/modelText', { call, text }),
  );
  client.onRequest('fourfold/askModel', (asked: Asked) => calls.ask(asked));
  client.onNotification('fourfold/cancelModel', ({ call }: { call: string }) => calls.cancel(call));
  return client;
}

/** lenses.ts asks for lenses instead. */
class Client extends LanguageClient {
  override registerFeature(feature: StaticFeature | DynamicFeature<unknown>): void {
    if (!('registrationType' in feature && feature.registrationType.method === CODE_LENS)) {
      super.registerFeature(feature);
    }
  }
}

function announcement(): StaticFeature {
  return {
    fillClientCapabilities(capabilities) {
      capabilities.textDocument = { ...capabilities.textDocument, codeLens: {} };
      capabilities.workspace = {
        ...capabilities.workspace,
        codeLens: { refreshSupport: true },
      };
      capabilities.experimental = {
        ...capabilities.experimental,
        fourfold: {
          rendersComparisons: true,
          rendersBoards: true,
          picksVersions: true,
          events: true,
          keys: true,
          savesSwitches: true,
          tellsEnds: true,
          models: hasModels(),
        },
      };
    },
    initialize: () => undefined,
    getState: () => ({ kind: 'static' }),
    clear: () => undefined,
  };
}
