/** The editors of a comparison: diffs that know the pair they show. */

import {
  commands,
  type Tab,
  TabInputCustom,
  TabInputText,
  TabInputTextDiff,
  Uri,
  window,
} from 'vscode';
import { show } from '../beside';
import type { ComparisonPair } from '../protocol';
import { swappedTitle } from './plan';

/** Pairs to show, with the document that says it all. */
export interface Compared {
  uri: string;
  title: string;
  pairs: ComparisonPair[];
}

interface Shown {
  comparison: Compared;
  index: number;
}

export class ComparisonTabs {
  private readonly known = new Map<string, Shown>();

  /** Opens the first pair, or more than two together, with the rest in the tabs beside it. */
  async open(comparison: Compared): Promise<void> {
    await this.closeAll();
    await closePreviewsBeside();
    comparison.pairs.forEach((pair, index) => {
      this.known.set(key(pair.left, pair.right), { comparison, index });
    });
    const [first, second, ...more] = comparison.pairs;
    const many = more.length > 0;
    if (many) {
      await this.openMany(comparison);
    } else if (first) {
      await openPair(first);
    }
    // A tab in the background opens next to the active one, so the nearest comes last.
    if (!isOpen(comparison.uri)) {
      const background = first !== undefined;
      const options = { preview: false, preserveFocus: background, background };
      await show(comparison.uri, 'rendered', options);
    }
    if (!many && second) {
      await openPair(second, true);
    }
  }

  async swapSides(): Promise<void> {
    const tab = activeDiff();
    if (!tab) {
      return;
    }
    const { original, modified } = tab.input;
    const shown = this.known.get(key(String(original), String(modified)));
    const pair = { title: swappedTitle(tab.label), left: `${modified}`, right: `${original}` };
    if (shown) {
      this.known.set(key(pair.left, pair.right), shown);
    }
    await openPair(pair);
    await window.tabGroups.close(tab, true);
  }

  async nextPair(): Promise<void> {
    const shown = this.active();
    const pairs = shown?.comparison.pairs ?? [];
    const next = shown && pairs[(shown.index + 1) % pairs.length];
    if (next) {
      await openPair(next);
    }
  }

  async openDocument(): Promise<boolean> {
    const shown = this.active();
    if (shown) {
      await show(shown.comparison.uri, 'rendered', { preview: false });
    }
    return shown !== undefined;
  }

  private async openMany(comparison: Compared): Promise<void> {
    const resources = comparison.pairs.map(({ left, right }) => [
      Uri.parse(right),
      Uri.parse(left),
      Uri.parse(right),
    ]);
    try {
      await commands.executeCommand('vscode.changes', comparison.title, resources);
    } catch {
      const [first] = comparison.pairs;
      if (first) {
        await openPair(first);
      }
    }
  }

  private active(): Shown | undefined {
    const tab = activeDiff();
    return tab && this.known.get(key(`${tab.input.original}`, `${tab.input.modified}`));
  }

  private async closeAll(): Promise<void> {
    const documents = new Set(
      [...this.known.values()].map(({ comparison }) => `${Uri.parse(comparison.uri)}`),
    );
    const tabs = window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter(({ input, isPinned }) => {
        if (input instanceof TabInputTextDiff) {
          return !isPinned && this.known.has(key(`${input.original}`, `${input.modified}`));
        }
        return input instanceof TabInputCustom && documents.has(String(input.uri));
      });
    await window.tabGroups.close(tabs, true);
    this.known.clear();
  }
}

async function openPair(pair: ComparisonPair, background = false): Promise<void> {
  const options = { preview: false, preserveFocus: background, background };
  const [left, right] = [Uri.parse(pair.left), Uri.parse(pair.right)];
  await commands.executeCommand('vscode.diff', left, right, pair.title, options);
}

/** A response in a column of its own would leave a diff half the width. */
async function closePreviewsBeside(): Promise<void> {
  const tabs = window.tabGroups.all
    .filter((group) => !group.isActive)
    .flatMap((group) => group.tabs)
    .filter(
      ({ input, isPreview }) =>
        isPreview &&
        (input instanceof TabInputText || input instanceof TabInputCustom) &&
        input.uri.scheme === 'fourfold',
    );
  await window.tabGroups.close(tabs, true);
}

function isOpen(uri: string): boolean {
  return window.tabGroups.all
    .flatMap((group) => group.tabs)
    .some(({ input }) => input instanceof TabInputCustom && `${input.uri}` === `${Uri.parse(uri)}`);
}

function activeDiff(): (Tab & { input: TabInputTextDiff }) | undefined {
  const tab = window.tabGroups.activeTabGroup.activeTab;
  return tab?.input instanceof TabInputTextDiff
    ? (tab as Tab & { input: TabInputTextDiff })
    : undefined;
}

function key(left: string, right: string): string {
  return `${Uri.parse(left)}\n${Uri.parse(right)}`;
}
