/** What a user marks versions with: pins, which keep them from being pushed out, and names. */

import { window } from 'vscode';
import { findTarget, versionOf } from '../prompts/target';
import type { Version, VersionList } from '../protocol';
import type { Server } from '../server/server';
import { rows } from './rows';
import { say } from './say';

const NAME_LENGTH = 80;

export class Marks {
  constructor(private readonly server: Server) {}

  async pinOf(given: unknown, pinned: boolean): Promise<void> {
    const question = pinned ? 'Pin which version?' : 'Unpin which version?';
    const chosen = await this.versionOf(given, question, (version) => version.pinned !== pinned);
    if (chosen) {
      await this.pin(chosen.list, chosen.version, pinned);
    }
  }

  async nameOf(given: unknown): Promise<void> {
    const chosen = await this.versionOf(given, 'Name which version?', () => true);
    if (chosen) {
      await this.name(chosen.list, chosen.version);
    }
  }

  async pin(list: VersionList, { number, label }: Version, pinned: boolean): Promise<void> {
    await this.server.execute('fourfold.pinVersion', { uri: list.uri, version: number, pinned });
    const how = pinned ? 'pinned: no later version pushes it out' : 'not pinned any more';
    say(`${label} of ${list.step} is ${how}.`);
  }

  async name(list: VersionList, { number, label, name: before }: Version): Promise<void> {
    const text = await window.showInputBox({
      title: `Name of ${label} of ${list.step}`,
      prompt: 'It is shown wherever the version is. Leave it empty for no name.',
      value: before ?? '',
      validateInput: (typed) =>
        typed.trim().length > NAME_LENGTH ? `At most ${NAME_LENGTH} characters.` : undefined,
    });
    if (text === undefined) {
      return;
    }
    const name = text.trim() || null;
    await this.server.execute('fourfold.nameVersion', { uri: list.uri, version: number, name });
    say(`${label} of ${list.step} is ${name === null ? 'without a name' : `“${name}”`} now.`);
  }

  /** The version that a command is about; where nothing says it, one of those that are `meant`. */
  private async versionOf(
    given: unknown,
    question: string,
    meant: (version: Version) => boolean,
  ): Promise<{ list: VersionList; version: Version } | undefined> {
    const target = await findTarget(this.server, given);
    if (!target) {
      return undefined;
    }
    const list = await this.server.execute<VersionList>('fourfold.listVersions', {
      uri: target.uri,
    });
    const number = versionOf(target, list);
    const shown = list.versions.find((version) => version.number === number);
    if (shown) {
      return { list, version: shown };
    }
    const items = rows(list).filter(({ version }) => meant(version));
    if (items.length === 0) {
      window.showInformationMessage(`There is no such version of ${list.step}.`);
      return undefined;
    }
    const options = { title: `Versions of ${list.step}`, placeHolder: question };
    const chosen = await window.showQuickPick(items, { ...options, matchOnDescription: true });
    return chosen && { list, version: chosen.version };
  }
}
