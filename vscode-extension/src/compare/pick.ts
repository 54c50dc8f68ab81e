/** Which versions to compare. */

import { type QuickPickItem, window } from 'vscode';
import type { Version, VersionList } from '../protocol';
import { rows } from '../versions/rows';
import { named } from './plan';

const FEWEST = 2;

interface Item extends QuickPickItem {
  version: Version;
}

/** Two to four version numbers, the oldest first; undefined where nothing was chosen. */
export async function pickVersions(list: VersionList): Promise<number[] | undefined> {
  if (list.versions.length <= FEWEST) {
    return numbers(list.versions);
  }
  const items: Item[] = rows(list).map(({ version, label, description, detail }) => ({
    version,
    label,
    description,
    detail,
  }));
  const picker = window.createQuickPick<Item>();
  picker.title = `Compare versions of ${list.step}`;
  picker.placeholder = 'Choose two to four versions';
  picker.canSelectMany = true;
  picker.items = items;
  picker.selectedItems = suggested(items);
  return new Promise((resolve) => {
    let chosen: number[] | undefined;
    picker.onDidAccept(() => {
      if (picker.selectedItems.length < FEWEST) {
        picker.title = `Compare versions of ${list.step}: choose two to four`;
        return;
      }
      chosen = numbers(picker.selectedItems.map(({ version }) => version));
      picker.hide();
    });
    picker.onDidHide(() => {
      picker.dispose();
      resolve(chosen);
    });
    picker.show();
  });
}

/** Whether to run the versions that have no response; undefined where the user wants neither. */
export async function pickRunning(missing: Version[]): Promise<boolean | undefined> {
  const [has, them] = missing.length === 1 ? ['has', 'It'] : ['have', 'Them'];
  const [run, leave] = [`Run ${them}`, 'Compare As They Are'];
  const question = `${named(missing)} ${has} no response yet.`;
  const options = { modal: true, detail: 'They are compared once the responses are there.' };
  const chosen = await window.showInformationMessage(question, options, run, leave);
  return chosen === undefined ? undefined : chosen === run;
}

/** The current version and the newest other. */
function suggested(items: Item[]): Item[] {
  const current = items.find(({ version }) => version.current);
  const other = items.find(({ version }) => !version.current);
  return [current, other].filter((item) => item !== undefined);
}

function numbers(versions: readonly Version[]): number[] {
  return versions.map(({ number }) => number).sort((a, b) => a - b);
}
