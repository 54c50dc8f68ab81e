/** Running the workflow, seeing how it stands, comparing what came of it. */

import { type Disposable, Uri, WorkspaceEdit, window, workspace } from 'vscode';
import { showBeside } from '../beside';
import type { ComparisonTabs } from '../compare/tabs';
import { pickTwoRuns } from '../pickSome';
import { attempt } from '../problems';
import type { Workflow, WorkflowComparison, WorkflowEnded, WorkflowRun } from '../protocol';
import type { Runs } from '../runs/runs';
import type { Server } from '../server/server';
import { walk } from '../tree/nodes';
import { saveAllFirst } from '../versions/save';
import { endOf } from './ended';
import { newPrompt } from './prompt';
import { rows } from './rows';
import { findFolder, findStep } from './target';

const STATUS_MS = 5_000;

const SHOW_RESPONSE = 'Show Response';
const RUN_FROM_HERE = 'Run from Here';

export class WorkflowCommands implements Disposable {
  private readonly listening: Disposable;

  constructor(
    private readonly server: Server,
    private readonly tabs: ComparisonTabs,
    private readonly runs: Runs,
  ) {
    this.listening = server.onWorkflowEnded((ended) => void attempt(() => this.tellEnd(ended)));
  }

  dispose(): void {
    this.listening.dispose();
  }

  async run(given?: unknown): Promise<void> {
    const uri = await findFolder(given);
    if (uri !== undefined) {
      await this.start({ uri });
    }
  }

  /** The step and all that depends on it. */
  async runFromHere(given?: unknown): Promise<void> {
    const target = await findStep(this.server, given);
    if (target) {
      await this.start({ uri: target.folder, from: target.step });
    }
  }

  /** The step and all it depends on. */
  async runToHere(given?: unknown): Promise<void> {
    const target = await findStep(this.server, given);
    if (target) {
      await this.start({ uri: target.folder, until: target.step });
    }
  }

  /** Sets the steps going; the tree, the lenses and a progress notification say how they do. */
  async start(fields: Record<string, unknown>): Promise<unknown> {
    await saveAllFirst();
    return this.server.execute('fourfold.startWorkflow', fields);
  }

  /** Says what a run of the workflow came to; of one that failed, with what can be done about it. */
  private async tellEnd({ uri, run }: WorkflowEnded): Promise<void> {
    const workflow = await this.workflow(uri).catch(() => undefined);
    const { sentence, failed } = endOf(run, workflow);
    if (run.status !== 'failed') {
      window.showInformationMessage(sentence);
      return;
    }
    const buttons = failed ? [...(failed.run ? [SHOW_RESPONSE] : []), RUN_FROM_HERE] : [];
    const chosen = await window.showErrorMessage(sentence, ...buttons);
    const prompt = [...walk(workflow?.steps ?? [])].find(({ id }) => id === failed?.step)?.uri;
    if (chosen === RUN_FROM_HERE) {
      await this.start({ uri, from: failed?.step });
    } else if (chosen === SHOW_RESPONSE && prompt) {
      await this.runs.open({ uri: prompt, run: failed?.run ?? undefined });
    }
  }

  private workflow(uri: string): Promise<Workflow> {
    return this.server.execute<Workflow>('fourfold.showWorkflow', { uri });
  }

  /** Beside the prompt, as it is rendered, following what happens. */
  async showDiagram(given?: unknown): Promise<void> {
    const uri = await findFolder(given);
    if (uri !== undefined) {
      const name = 'fourfold.showWorkflowDocument';
      await showBeside((await this.server.execute<{ uri: string }>(name, { uri })).uri, 'rendered');
    }
  }

  /** Two runs that the user picks: what each step answered, where it differs, and the document. */
  async compareRuns(given?: unknown): Promise<void> {
    const uri = await findFolder(given);
    if (uri === undefined) {
      return;
    }
    const name = 'fourfold.listWorkflowRuns';
    const { runs } = await this.server.execute<{ runs: WorkflowRun[] }>(name, { uri });
    if (runs.length < 2) {
      say('There are no two runs of the workflow to compare yet; run it once more.');
      return;
    }
    const ids = await pickRuns(runs);
    if (!ids) {
      return;
    }
    const compared = await this.server.execute<WorkflowComparison>('fourfold.compareWorkflowRuns', {
      uri,
      runs: ids,
    });
    const pairs = compared.pairs.filter(({ same }) => !same);
    await this.tabs.open({ ...compared, pairs });
    if (pairs.length === 0) {
      say('Each step that both have run answered the same.');
    }
  }

  /** Makes the prompt of a step that workflow.yaml names, and opens it. */
  async createPrompt(given?: unknown): Promise<void> {
    const target = await findStep(this.server, given);
    if (!target) {
      return;
    }
    const { folder, step } = target;
    const workflow = await this.workflow(folder);
    const { file, text } = newPrompt(folder, workflow, step);
    const uri = Uri.parse(file);
    const edit = new WorkspaceEdit();
    edit.createFile(uri, { ignoreIfExists: true, contents: Buffer.from(text) });
    await workspace.applyEdit(edit);
    await window.showTextDocument(uri);
  }
}

/** The ids of two runs, the older one first; undefined where the user chose none. */
async function pickRuns(runs: WorkflowRun[]): Promise<string[] | undefined> {
  const chosen = await pickTwoRuns('Compare runs of the workflow', rows(runs));
  const ids = new Set(chosen?.map(({ run }) => run.id));
  return (
    chosen &&
    runs
      .map(({ id }) => id)
      .filter((id) => ids.has(id))
      .reverse()
  );
}

function say(sentence: string): void {
  window.setStatusBarMessage(`$(type-hierarchy) ${sentence}`, STATUS_MS);
}
