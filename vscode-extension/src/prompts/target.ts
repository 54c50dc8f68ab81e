/** Which prompt, and which of its versions, a command is about. */

import { TabInputCustom, TabInputText, TabInputTextDiff, Uri, window } from 'vscode';
import { sameUri } from '../openDocument';
import type { Step, VersionList } from '../protocol';
import type { Server } from '../server/server';
import { isPrompt } from './known';
import { promptOfActivePage } from './pages';

export interface Target {
  uri: string;
  /** A version's number where the command was called on a version, in the tree say. */
  version?: number | undefined;
  run?: string | undefined;
}

/** What lenses, menus and the tree hand to a command; a step is asked for where nothing says it. */
export async function findTarget(server: Server, given: unknown): Promise<Target | undefined> {
  return targetOf(given) ?? activeTarget() ?? (await findStep(server));
}

/** What a lens, a menu or the tree says it is about. */
export function targetOf(given: unknown): Target | undefined {
  if (given instanceof Uri) {
    return { uri: given.toString() };
  }
  if (typeof given === 'object' && given !== null && 'uri' in given) {
    const { uri, version, run } = given as Target;
    return typeof uri === 'string' ? { uri, version, run } : undefined;
  }
  return undefined;
}

/** The version that a command is about: that of its row, or the one whose document it was called in. */
export function versionOf(target: Target | undefined, list: VersionList): number | undefined {
  const shown = list.versions.find(({ uri }) => uri === target?.uri);
  return target?.version ?? shown?.number;
}

/** The prompt, or the document of one, that has the focus. */
function activeTarget(): Target | undefined {
  const uri = activeUri();
  return uri && isPrompt(uri) ? { uri: uri.toString() } : undefined;
}

/** The file that has the focus; of a page of ours, the prompt that it is about. */
export function activeUri(): Uri | undefined {
  const page = promptOfActivePage();
  if (page !== undefined) {
    return Uri.parse(page);
  }
  const input = window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof TabInputText || input instanceof TabInputCustom) {
    return input.uri;
  }
  return input instanceof TabInputTextDiff ? input.modified : undefined;
}

async function findStep(server: Server): Promise<Target | undefined> {
  const { steps } = await server.execute<{ steps: Step[] }>('fourfold.listSteps');
  // What has the focus is known as a prompt only once the server has answered.
  const active = activeUri()?.toString() ?? '';
  const focused = steps.find(({ uri }) => sameUri(uri, active));
  return focused ? { uri: focused.uri } : pickStep(steps);
}

async function pickStep(steps: Step[]): Promise<Target | undefined> {
  if (steps.length === 0) {
    window.showInformationMessage(
      'There is no prompt in this workspace yet: put one below prompts/.',
    );
    return undefined;
  }
  const items = steps.map(({ title, step, uri }) => ({ label: title, description: step, uri }));
  const chosen = await window.showQuickPick(items, {
    title: 'Fourfold',
    placeHolder: 'Which prompt?',
    matchOnDescription: true,
  });
  return chosen && { uri: chosen.uri };
}
