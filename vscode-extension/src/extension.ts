/** Activation: wires the parts together. What takes time is loaded when it is first needed. */

import * as vscode from 'vscode';
import { commands, type ExtensionContext, languages, window, workspace } from 'vscode';
import { Boards } from './board/boards';
import { Comparer } from './compare/compare';
import { compareRuns } from './compare/runs';
import { Keys } from './keys';
import { type Host, offerServers, storedKey } from './mcp';
import { Models } from './models';
import { attempt } from './problems';
import { Inputs } from './runs/inputs';
import { Runs } from './runs/runs';
import { RunView } from './runs/view';
import { createSample } from './sample';
import { DOCUMENTS } from './server/documents';
import { Lenses } from './server/lenses';
import { LENS_COMMAND, LensMemory } from './server/lensMemory';
import { ServerProgram, tellNoServer } from './server/program';
import { Server } from './server/server';
import { showSpendStatus } from './status/spend';
import { showVersionStatus } from './status/version';
import { TestingView } from './testing/view';
import { WorkflowTree } from './tree/tree';
import { showTree } from './tree/view';
import { VersionCommands } from './versions/commands';
import { Marks } from './versions/marks';
import { Switches } from './versions/switches';
import { WorkflowCommands } from './workflow/commands';
import { writeFiles } from './workflow/files';

const STARTED_ANEW = ['fourfold.path', 'fourfold.python'];

let running: Server | undefined;

export function activate(context: ExtensionContext): void {
  const log = window.createOutputChannel('Fourfold', { log: true });
  const program = new ServerProgram(context, log);
  const server: Server = new Server(
    async () => {
      await lenses.firstAnswered;
      return program.find();
    },
    (endpoint) => keys.get(endpoint),
    log,
  );
  running = server;
  // First of all, since VS Code puts off its question.
  const lenses = new Lenses(server, new LensMemory(context.workspaceState));
  context.subscriptions.push(lenses, languages.registerCodeLensProvider(DOCUMENTS, lenses));
  const models: Models = new Models(server, () => program.find());
  const keys: Keys = new Keys(context.secrets, context.globalState, () => models.list());
  const view = new RunView(
    server,
    new Inputs(context.workspaceState),
    (uri, action) => boards.act(uri, action),
    context.extensionUri,
  );
  const runs = new Runs(server, view, (uri) => boards.openOf({ uri }, { view: 'responses' }));
  const comparer = new Comparer(server, runs);
  const marks = new Marks(server);
  const versions = new VersionCommands(server, runs, view, comparer, marks);
  const boards: Boards = new Boards(server, runs, view, versions, context.extensionUri);
  const workflow = new WorkflowCommands(server, comparer.tabs, runs);
  const tree = new WorkflowTree(server);

  const start = () =>
    server.start().then(undefined, (error: unknown) => {
      log.error(String(error));
      void tellNoServer(error, actions);
    });
  const restart = async () => {
    await server.stop();
    await start();
  };
  const actions = {
    restart,
    reinstall: () => program.reset().then(restart),
    openSettings: () => commands.executeCommand('workbench.action.openSettings', 'fourfold.path'),
    showLog: () => log.show(),
  };

  const compare = async (given: unknown) => {
    const chosen = await comparer.choose(given);
    if (chosen) {
      await boards.openOf({ uri: chosen.uri }, { versions: chosen.versions });
    }
  };
  const all: Record<string, (given?: unknown) => unknown> = {
    switchVersion: (given) => versions.switchVersion(given),
    makeCurrent: (given) => versions.makeCurrentOf(given),
    viewVersion: (given) => versions.viewVersion(given),
    saveAsVersion: (given) => versions.saveAsVersion(given),
    undoVersionChange: (given) => versions.undo(given),
    pin: (given) => marks.pinOf(given, true),
    unpin: (given) => marks.pinOf(given, false),
    name: (given) => marks.nameOf(given),
    openPrompt: (given) => versions.openPrompt(given),
    compare: (given) => compare(given),
    compareWithCurrent: (given) => comparer.compareWithCurrent(given),
    compareWithBuffer: (given) => comparer.compareWithBuffer(given),
    swapSides: () => comparer.tabs.swapSides(),
    nextPair: () => comparer.tabs.nextPair(),
    board: (given) => boards.openOf(given),
    openComparison: (given) => comparer.openDocument(given),
    run: (given) => runs.runOf(given),
    runAll: (given) => runs.runOf(given, 'all'),
    cancel: (given) => runs.cancel(given),
    showResponseOf: (given) => runs.open(given),
    runWorkflow: (given) => workflow.run(given),
    runAllPrompts: (given) => workflow.run(given),
    runFromHere: (given) => workflow.runFromHere(given),
    runToHere: (given) => workflow.runToHere(given),
    showDiagram: (given) => workflow.showDiagram(given),
    compareTwoRuns: (given) => compareRuns(server, () => view.close(), given),
    compareRunsOfWorkflow: (given) => workflow.compareRuns(given),
    createPrompt: (given) => workflow.createPrompt(given),
    writeFilesOfResponse: (given) => writeFiles(server, given),
    chooseModel: () => models.choose(),
    installEmbeddedModel: () => models.installEmbedded(),
    openModelFile: () => models.openFile(),
    setApiKey: () => keys.set(),
    removeApiKey: () => keys.remove(),
    createSample: () => createSample(context.extensionUri),
    openWalkthrough: () =>
      commands.executeCommand('workbench.action.openWalkthrough', `${context.extension.id}#start`),
    refreshSteps: () => tree.refreshSoon(),
    restartServer: restart,
    showLog: actions.showLog,
  };
  for (const [name, command] of Object.entries(all)) {
    const registered = commands.registerCommand(`fourfold.${name}`, (given) =>
      attempt(async () => command(given)),
    );
    context.subscriptions.push(registered);
  }

  // What a lens offers is done as the commands above do it.
  server.intercept('fourfold.setCurrentVersion', async (fields) =>
    fields.version === undefined
      ? versions.switchVersion(fields)
      : versions.makeCurrent(String(fields.uri), Number(fields.version)),
  );
  server.intercept('fourfold.showVersion', (fields) => versions.viewVersion(fields));
  server.intercept('fourfold.runStep', (fields) => runs.run(fields as never));
  server.intercept('fourfold.showRun', (fields) => runs.open(fields));
  server.intercept('fourfold.compareVersions', (fields) => compare(fields));
  server.intercept('fourfold.openBoard', (fields) => boards.openOf(fields));
  server.intercept('fourfold.runTests', (fields) => boards.openOnTests(fields));
  server.intercept('fourfold.showTestReport', (fields) => boards.openOf(fields, { view: 'tests' }));
  server.intercept('fourfold.startWorkflow', (fields) => workflow.start(fields));
  server.intercept('fourfold.showWorkflowDocument', (fields) => workflow.showDiagram(fields));
  server.intercept('fourfold.compareWorkflowRuns', (fields) => workflow.compareRuns(fields));
  server.intercept('fourfold.writeFiles', (fields) => writeFiles(server, fields));

  context.subscriptions.push(
    log,
    server,
    runs,
    view,
    workflow,
    boards,
    new TestingView(server),
    new Switches(server),
    commands.registerCommand(LENS_COMMAND, (name, fields) => server.call(name, fields)),
    ...offerServers(
      vscode as Host,
      context.extension.packageJSON.version,
      () => (workspace.workspaceFolders ?? []).map(({ name, uri }) => ({ name, path: uri.fsPath })),
      (listener) => workspace.onDidChangeWorkspaceFolders(() => listener()),
      () => program.findForAgents(),
      () => storedKey(process.env, (endpoint) => keys.get(endpoint)),
    ),
    ...showTree(tree),
    ...showVersionStatus(server),
    ...showSpendStatus(server, runs, models),
    context.secrets.onDidChange(() => models.keysChanged()),
    workspace.onDidGrantWorkspaceTrust(restart),
    workspace.onDidChangeConfiguration((event) => {
      if (STARTED_ANEW.some((name) => event.affectsConfiguration(name))) {
        void restart();
      }
    }),
  );
  void start();
}

export function deactivate(): Promise<void> | undefined {
  return running?.stop();
}
