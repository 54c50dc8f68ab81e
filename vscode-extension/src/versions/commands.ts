/** Commands about a step's versions. */

import { Uri, window } from 'vscode';
import type { Comparer } from '../compare/compare';
import { compareRuns } from '../compare/runs';
import { findTarget, type Target } from '../prompts/target';
import type { TestReport, Version, VersionList } from '../protocol';
import type { Runs } from '../runs/runs';
import type { RunView } from '../runs/view';
import type { Server } from '../server/server';
import { within } from '../within';
import type { Marks } from './marks';
import { pickVersion } from './pick';
import { saveFirst } from './save';
import { say } from './say';

/** A list that the user has called for waits no longer for what is not the list. */
const REPORT_MS = 150;

export class VersionCommands {
  constructor(
    private readonly server: Server,
    private readonly runs: Runs,
    private readonly view: RunView,
    private readonly comparer: Comparer,
    private readonly marks: Marks,
  ) {}

  /** The dropdown. */
  async switchVersion(given?: unknown): Promise<void> {
    const target = await findTarget(this.server, given);
    if (!target) {
      return;
    }
    const [list, report] = await Promise.all([this.list(target), this.lastReport(target)]);
    const picked = await pickVersion(list, report, () => this.view.setAside());
    const number = picked?.version.number;
    if (!picked || number === undefined) {
      return;
    }
    if (picked.action === 'view') {
      await showVersion(picked.version);
    } else if (picked.action === 'compare') {
      await this.comparer.compare(list, [list.current, number]);
    } else if (picked.action === 'compareWithBuffer') {
      await this.comparer.diffWithBuffer(list, number);
    } else if (picked.action === 'run') {
      await this.runs.run({ uri: list.uri, versions: [number], fresh: true });
    } else if (picked.action === 'compareRuns') {
      const makeRoom = () => this.view.close();
      await compareRuns(this.server, makeRoom, { uri: list.uri, version: number });
    } else if (picked.action === 'pin' || picked.action === 'unpin') {
      await this.marks.pin(list, picked.version, picked.action === 'pin');
    } else if (picked.action === 'name') {
      await this.marks.name(list, picked.version);
    } else {
      // The current one too: it takes back what was typed since.
      await this.makeCurrent(list.uri, number);
    }
  }

  async makeCurrent(uri: string, number: number): Promise<VersionList> {
    const fields = { uri, version: number };
    const list = await this.server.execute<VersionList>('fourfold.setCurrentVersion', fields);
    if (list.current === number) {
      say(`v${number} of ${list.step} is current.`);
    }
    return list;
  }

  async makeCurrentOf(given?: unknown): Promise<void> {
    const target = await findTarget(this.server, given);
    if (target?.version !== undefined) {
      await this.makeCurrent(target.uri, target.version);
    } else if (target) {
      await this.switchVersion(target);
    }
  }

  async viewVersion(given?: unknown): Promise<void> {
    const target = await findTarget(this.server, given);
    if (target) {
      const list = await this.list(target);
      const number = target.version ?? list.current;
      const version = list.versions.find((one) => one.number === number);
      if (version) {
        await showVersion(version);
      }
    }
  }

  async saveAsVersion(given?: unknown): Promise<void> {
    const target = await findTarget(this.server, given);
    if (target) {
      await saveFirst(target.uri);
      const list = await this.server.execute<VersionList>('fourfold.saveVersion', {
        uri: target.uri,
      });
      say(`${list.step} is saved as v${list.current}.`);
    }
  }

  async undo(given?: unknown): Promise<void> {
    const target = await findTarget(this.server, given);
    if (target) {
      const list = await this.server.execute<VersionList>('fourfold.undo', { uri: target.uri });
      say(`v${list.current} of ${list.step} is current.`);
    }
  }

  async openPrompt(given?: unknown): Promise<void> {
    const target = await findTarget(this.server, given);
    if (target) {
      await window.showTextDocument(Uri.parse(target.uri));
    }
  }

  /** What the last tests came to, where that is there at once. */
  private lastReport({ uri }: Target): Promise<TestReport | undefined> {
    return within(this.server.execute<TestReport>('fourfold.testReport', { uri }), REPORT_MS);
  }

  private list({ uri }: Target): Promise<VersionList> {
    return this.server.execute<VersionList>('fourfold.listVersions', { uri });
  }
}

async function showVersion(version: Version): Promise<void> {
  await window.showTextDocument(Uri.parse(version.uri), { preview: true });
}
