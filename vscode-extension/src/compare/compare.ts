/** Comparing versions: which, run first where need be, then shown. */

import { commands, Uri, window, workspace } from 'vscode';
import { findTarget } from '../prompts/target';
import type { Comparison, VersionList } from '../protocol';
import type { Runs } from '../runs/runs';
import type { Server } from '../server/server';
import { rows } from '../versions/rows';
import { pickRunning, pickVersions } from './pick';
import { withoutResponse } from './plan';
import { ComparisonTabs } from './tabs';

export class Comparer {
  readonly tabs = new ComparisonTabs();

  constructor(
    private readonly server: Server,
    private readonly runs: Runs,
  ) {}

  /** Two to four versions that the user picks. */
  async compareOf(given?: unknown): Promise<void> {
    const list = await this.listOf(given);
    if (!list) {
      return;
    }
    if (list.versions.length < 2) {
      window.setStatusBarMessage(
        `$(info) ${list.step} has only one version; change the prompt and save it.`,
        5_000,
      );
      return;
    }
    const numbers = await pickVersions(list);
    if (numbers) {
      await this.compare(list, numbers);
    }
  }

  async compareWithCurrent(given?: unknown): Promise<void> {
    const target = await findTarget(this.server, given);
    const list = target && (await this.list(target.uri));
    if (!list) {
      return;
    }
    const number = target.version ?? (await pickOther(list));
    if (number !== undefined && number !== list.current) {
      await this.compare(list, [list.current, number]);
    }
  }

  /** A version's prompt against the text in the editor, saved or not. */
  async compareWithBuffer(given?: unknown): Promise<void> {
    const target = await findTarget(this.server, given);
    const list = target && (await this.list(target.uri));
    if (!list) {
      return;
    }
    const file = Uri.parse(list.uri);
    const open = workspace.textDocuments.find(({ uri }) => uri.toString() === file.toString());
    const changed = open?.isDirty ? list.current : undefined;
    const number = target.version ?? changed ?? (await pickOther(list));
    const version = list.versions.find((one) => one.number === number);
    if (version) {
      const title = `${list.step}: ${version.label} ↔ in the editor`;
      await commands.executeCommand('vscode.diff', Uri.parse(version.uri), file, title);
    }
  }

  async compare(list: VersionList, numbers: number[]): Promise<void> {
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

  private async listOf(given: unknown): Promise<VersionList | undefined> {
    const target = await findTarget(this.server, given);
    return target && this.list(target.uri);
  }

  private list(uri: string): Promise<VersionList> {
    return this.server.execute<VersionList>('fourfold.listVersions', { uri });
  }
}

/** One version that is not the current one. */
async function pickOther(list: VersionList): Promise<number | undefined> {
  const items = rows(list).filter(({ version }) => !version.current);
  const chosen = await window.showQuickPick(items, {
    title: `Versions of ${list.step}`,
    placeHolder: 'Compare with which version?',
    matchOnDetail: true,
  });
  return chosen?.version.number;
}
