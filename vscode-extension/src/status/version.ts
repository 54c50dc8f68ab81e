/** `v3 · 4 versions` of the prompt in the editor, in the status bar. */

import { type Disposable, StatusBarAlignment, Uri, window } from 'vscode';
import { count } from '../format';
import { isPrompt, onPromptsChanged } from '../prompts/known';
import { activeUri } from '../prompts/target';
import type { VersionList } from '../protocol';
import type { Server } from '../server/server';

export function showVersionStatus(server: Server): Disposable[] {
  const item = window.createStatusBarItem('fourfold.version', StatusBarAlignment.Right, 101);
  item.name = 'Fourfold: Version';
  item.command = 'fourfold.switchVersion';
  let latest = 0;

  const show = ({ step, current, versions }: VersionList) => {
    const kept = count(versions.length, 'version');
    item.text = `$(versions) v${current} · ${kept}`;
    item.tooltip = `v${current} of ${step} is current, ${kept} kept: switch, view, compare, run`;
    item.accessibilityInformation = {
      label: `Version ${current} of ${step} is current, ${kept} kept. Switch version`,
      role: 'button',
    };
    item.show();
  };

  const update = async () => {
    const mine = ++latest;
    const uri = activeUri();
    if (!uri || server.state !== 'ready' || !isPrompt(uri)) {
      item.hide();
      return;
    }
    try {
      const fields = { uri: uri.toString() };
      const list = await server.execute<VersionList>('fourfold.listVersions', fields);
      if (mine === latest) {
        show(list);
      }
    } catch {
      // A document of ours whose step is gone.
      item.hide();
    }
  };

  const changed = (list: VersionList) => {
    if (activeUri()?.fsPath === Uri.parse(list.uri).fsPath) {
      show(list);
    }
  };

  return [
    item,
    server.onVersionsChanged(changed),
    server.onStateChanged(update),
    window.tabGroups.onDidChangeTabs(update),
    window.tabGroups.onDidChangeTabGroups(update),
    window.onDidChangeActiveTextEditor(update),
    onPromptsChanged(update),
  ];
}
