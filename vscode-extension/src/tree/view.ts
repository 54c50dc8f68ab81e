/** The view that the tree is in: above the steps stands which workflow they are of, and how it is. */

import { type Disposable, window } from 'vscode';
import { standing } from './status';
import type { WorkflowTree } from './tree';

export function showTree(tree: WorkflowTree): Disposable[] {
  const view = window.createTreeView('fourfold.steps', {
    treeDataProvider: tree,
    showCollapseAll: true,
  });
  const listening = tree.onRead(([workflow, ...others]) => {
    // Several say it themselves, each in a row of its own.
    const only = others.length === 0 ? workflow : undefined;
    view.message = only ? [only.name, standing(only)].filter(Boolean).join(' · ') : '';
  });
  return [view, listening];
}
