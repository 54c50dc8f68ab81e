/** A quick pick of several rows that insists on how many. */

import { type QuickPickItem, window } from 'vscode';

export interface Question<T> {
  title: string;
  /** What to choose, as `two to four`. */
  amount: string;
  placeholder: string;
  items: T[];
  suggested: T[];
  fewest: number;
  most: number;
}

/** The rows chosen; undefined where the user chose none. */
export async function pickSome<T extends QuickPickItem>(
  question: Question<T>,
): Promise<readonly T[] | undefined> {
  const picker = window.createQuickPick<T>();
  picker.title = question.title;
  picker.placeholder = question.placeholder;
  picker.canSelectMany = true;
  picker.matchOnDetail = true;
  picker.items = question.items;
  picker.selectedItems = question.suggested;
  return new Promise((resolve) => {
    let chosen: readonly T[] | undefined;
    picker.onDidAccept(() => {
      const { length } = picker.selectedItems;
      if (length < question.fewest || length > question.most) {
        picker.title = `${question.title}: choose ${question.amount}`;
        return;
      }
      chosen = picker.selectedItems;
      picker.hide();
    });
    picker.onDidHide(() => {
      picker.dispose();
      resolve(chosen);
    });
    picker.show();
  });
}

/** Two runs, the newest suggested. */
export function pickTwoRuns<T extends QuickPickItem>(
  title: string,
  items: T[],
): Promise<readonly T[] | undefined> {
  return pickSome({
    title,
    amount: 'two',
    placeholder: 'Choose two runs',
    items,
    suggested: items.slice(0, 2),
    fewest: 2,
    most: 2,
  });
}
