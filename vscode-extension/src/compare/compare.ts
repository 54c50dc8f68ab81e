/** Comparing versions: which, run first where need be, then shown. */

import { commands, Uri, window } from 'vscode';
import { findDocument } from '../openDocument';
import { findTarget, type Target, versionOf } from '../prompts/target';
import type { Comparison, VersionList } from '../protocol';
import type { Runs } from '../runs/runs';
import type { Server } from '../server/server';
import { pickOther, pickRunning, pickVersions } from './pick';
import { withoutResponse } from './plan';
import { ComparisonTabs } from './tabs';

const STATUS_MS = 5_000;

export class Comparer {
  readonly tabs = new ComparisonTabs();

  constructor(
    private readonly server: Server,
    private readonly runs: Runs,
  ) {}

  /** Two to four versions that the user picks, to stand side by side; undefined where none are chosen. */
  async choose(given?: unknown): Promise<{ uri: string; versions: number[] } | undefined> {
    const list = await this.listOf(await findTarget(this.server, given));
    const versions = list && hasSeveral(list) ? await pickVersions(list) : undefined;
    return list && versions && { uri: list.uri, versions };
  }

  async compareWithCurrent(given?: unknown): Promise<void> {
    const target = await findTarget(this.server, given);
    const list = await this.listOf(target);
    if (!list || !hasSeveral(list)) {
      return;
    }
    const shown = versionOf(target, list);
    const number = shown && shown !== list.current ? shown : await pickOther(list);
    if (number !== undefined) {
      await this.compare(list, [list.current, number]);
    }
  }

  /** A version's prompt against the text in the editor, saved or not; of itself the current one, if that differs. */
  async compareWithBuffer(given?: unknown): Promise<void> {
    const target = await findTarget(this.server, given);
    const list = await this.listOf(target);
    if (!list) {
      return;
    }
    const changed = findDocument(list.uri)?.isDirty ? list.current : undefined;
    const other = async () => (hasSeveral(list) ? pickOther(list) : undefined);
    const number = versionOf(target, list) ?? changed ?? (await other());
    if (number !== undefined) {
      await this.diffWithBuffer(list, number);
    }
  }

  async diffWithBuffer(list: VersionList, number: number): Promise<void> {
    const version = list.versions.find((one) => one.number === number);
    if (version) {
      const title = `${list.step}: ${version.label} ↔ in the editor`;
      await commands.executeCommand(
        'vscode.diff',
        Uri.parse(version.uri),
        Uri.parse(list.uri),
        title,
      );
    }
  }

  /** The older on the left. */
  async compare(list: VersionList, given: number[]): Promise<void> {
    const numbers = [...given].sort((a, b) => a - b);
    const chosen = list.versions.filter(({ number }) => numbers.includes(number));
    const missing = withoutResponse(chosen).reverse();
    if (missing.length > 0) {
      const run = await pickRunning(missing);
      if (run === undefined) {
        return;
      }
      if (run) {
        const versions = missing.map(({ number }) => number);
        await this.runs.followed(await this.runs.start({ uri: list.uri, versions }));
      }
    }
    const fields = { uri: list.uri, versions: numbers };
    await this.tabs.open(await this.server.execute<Comparison>('fourfold.compareVersions', fields));
  }

  /** The comparison document of the diff that has the focus. */
  async openDocument(given?: unknown): Promise<void> {
    if (await this.tabs.openDocument()) {
      return;
    }
    const target = await findTarget(this.server, given);
    if (target) {
      const { uri } = target;
      await this.tabs.open(
        await this.server.execute<Comparison>('fourfold.compareVersions', { uri }),
      );
    }
  }

  private async listOf(target: Target | undefined): Promise<VersionList | undefined> {
    return target && this.server.execute('fourfold.listVersions', { uri: target.uri });
  }
}

/** Whether there are two versions to compare; if not, says so. */
function hasSeveral({ step, versions }: VersionList): boolean {
  if (versions.length < 2) {
    const sentence = `${step} has only one version; change the prompt and save it.`;
    window.setStatusBarMessage(`$(info) ${sentence}`, STATUS_MS);
  }
  return versions.length > 1;
}
