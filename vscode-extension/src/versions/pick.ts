/** The dropdown: one of a step's versions, with a preview while moving through the list. */

import { type QuickInputButton, type QuickPickItem, ThemeIcon, window } from 'vscode';
import type { TestReport, Version, VersionList } from '../protocol';
import { Preview } from './preview';
import { line } from './rows';

export type Action =
  | 'choose'
  | 'view'
  | 'compare'
  | 'compareWithBuffer'
  | 'run'
  | 'compareRuns'
  | 'pin'
  | 'unpin'
  | 'name';

export interface Picked {
  action: Action;
  version: Version;
}

interface Item extends QuickPickItem {
  version: Version;
}

const BUTTONS: { action: Action; icon: string; tooltip: string }[] = [
  { action: 'view', icon: 'eye', tooltip: 'View this version' },
  { action: 'compare', icon: 'git-compare', tooltip: 'Compare with the current version' },
  { action: 'compareWithBuffer', icon: 'edit', tooltip: 'Compare with what is in the editor' },
  { action: 'run', icon: 'play', tooltip: 'Run this version' },
  { action: 'compareRuns', icon: 'split-horizontal', tooltip: 'Compare two runs of this version' },
  { action: 'pin', icon: 'pin', tooltip: 'Pin this version, so that no later one pushes it out' },
  { action: 'unpin', icon: 'pinned', tooltip: 'Unpin this version' },
  { action: 'name', icon: 'tag', tooltip: 'Name this version' },
];

/** What the user chose; undefined where nothing was chosen. `makeRoom` is what a Preview takes. */
export function pickVersion(
  list: VersionList,
  report: TestReport | undefined,
  makeRoom: () => Promise<() => void>,
): Promise<Picked | undefined> {
  const buttons = BUTTONS.map(({ icon, tooltip }) => ({ iconPath: new ThemeIcon(icon), tooltip }));
  const items = list.versions.map(
    (version): Item => ({
      version,
      label: line(version, report),
      iconPath: new ThemeIcon(version.current ? 'pass-filled' : 'circle-outline'),
      buttons: buttons.filter((_, index) => isUseful(BUTTONS[index]?.action, version)),
    }),
  );
  const picker = window.createQuickPick<Item>();
  const preview = new Preview(makeRoom);
  picker.title = `Versions of ${list.step}`;
  picker.placeholder =
    items.length > 1
      ? 'Move to see what each version changed, Enter makes it current'
      : 'Change the prompt and save it to have more versions';
  picker.items = items;
  picker.activeItems = items.filter((item) => item.version.current);
  return new Promise((resolve) => {
    let picked: Picked | undefined;
    picker.onDidChangeActive(([item]) => {
      if (item) {
        preview.show(list, item.version);
      }
    });
    picker.onDidAccept(() => {
      const [item] = picker.selectedItems;
      picked = item && { action: 'choose', version: item.version };
      picker.hide();
    });
    picker.onDidTriggerItemButton(({ item, button }) => {
      picked = { action: actionOf(button), version: item.version };
      picker.hide();
    });
    picker.onDidHide(async () => {
      picker.dispose();
      await preview.close();
      resolve(picked);
    });
    picker.show();
  });
}

function actionOf(button: QuickInputButton): Action {
  return BUTTONS.find(({ tooltip }) => tooltip === button.tooltip)?.action ?? 'view';
}

function isUseful(action: Action | undefined, version: Version): boolean {
  switch (action) {
    case 'compare':
      return !version.current;
    case 'compareRuns':
      return version.runs > 1;
    case 'pin':
      return !version.pinned;
    case 'unpin':
      return version.pinned;
    default:
      return true;
  }
}
