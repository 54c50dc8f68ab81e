/** Two runs of a step beside each other, by when they were: of one version too. */

import { commands, type QuickPickItem, Uri, window } from 'vscode';
import { moment, result } from '../format';
import { pickTwoRuns } from '../pickSome';
import { findTarget } from '../prompts/target';
import type { ComparisonPair, RunSummary } from '../protocol';
import { isGoingOn } from '../runs/goingOn';
import type { Server } from '../server/server';
import { say } from '../versions/say';

const TITLE = 'Compare runs';

interface Item extends QuickPickItem {
  run: RunSummary;
}

/** The run that is given and another of its version; without one, two of the current version. `makeRoom` takes away
 * what stands beside them. */
export async function compareRuns(
  server: Server,
  makeRoom: () => void,
  given?: unknown,
): Promise<void> {
  const target = await findTarget(server, given);
  if (!target) {
    return;
  }
  const { uri, run: id, version: number } = target;
  const version = number ?? versionOf(given);
  const fields = { uri, ...(version === undefined ? {} : { version }) };
  const { runs } = await server.execute<{ runs: RunSummary[] }>('fourfold.listRuns', fields);
  const ended = runs.filter((run) => !isGoingOn(run));
  const items = ended.filter((run) => run.id !== id).map(itemOf);
  if (items.length < (id === undefined ? 2 : 1)) {
    window.showInformationMessage('This version has no two runs to compare; run it once more.');
    return;
  }
  const chosen = id === undefined ? await pickTwoRuns(TITLE, items) : await pickOne(items);
  if (chosen) {
    const pair = await server.execute<ComparisonPair>('fourfold.compareRuns', {
      uri,
      runs: [...(id === undefined ? [] : [id]), ...chosen.map(({ run }) => run.id)],
    });
    makeRoom();
    const [left, right] = [Uri.parse(pair.left), Uri.parse(pair.right)];
    await commands.executeCommand('vscode.diff', left, right, pair.title);
    const [one, other] = await Promise.all([server.read(pair.left), server.read(pair.right)]);
    if (one === other) {
      say('Both runs have the same answer.');
    }
  }
}

/** Of a row of the tree that is a run. */
function versionOf(given: unknown): number | undefined {
  return (given as { of?: RunSummary } | undefined)?.of?.version ?? undefined;
}

function itemOf(run: RunSummary): Item {
  const when = run.started ? moment(run.started) : 'not begun';
  return { run, label: when, description: run.model, detail: result(run) };
}

async function pickOne(items: Item[]): Promise<Item[] | undefined> {
  const options = { title: TITLE, placeHolder: 'Compare with the run of which moment?' };
  const chosen = await window.showQuickPick(items, { ...options, matchOnDetail: true });
  return chosen && [chosen];
}
