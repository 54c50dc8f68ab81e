/** The model and what this session has cost, in the status bar. */

import { type Disposable, StatusBarAlignment, window, workspace } from 'vscode';
import { money } from '../format';
import type { Models } from '../models';
import { onPromptsChanged } from '../prompts/known';
import type { Runs } from '../runs/runs';
import type { Server } from '../server/server';

export function showSpendStatus(server: Server, runs: Runs, models: Models): Disposable[] {
  const item = window.createStatusBarItem('fourfold.model', StatusBarAlignment.Right, 100);
  item.name = 'Fourfold: Model and Spend';
  item.command = 'fourfold.chooseModel';
  let model = '';

  const draw = () => {
    const { session } = runs;
    const known = session.spentUsd > 0 || !session.hasUnpriced;
    const spent = session.ended > 0 && known ? ` · ${money(session.spentUsd)}` : '';
    item.text = `$(hubot) ${model}${spent}`;
    const unpriced = session.hasUnpriced ? ', without the runs whose price is not known' : '';
    item.tooltip = `Model: ${model}, unless a prompt names another. Spent in this session: ${money(session.spentUsd)}${unpriced}`;
    item.accessibilityInformation = { label: item.tooltip, role: 'button' };
    if (model) {
      item.show();
    } else {
      item.hide();
    }
  };

  const update = async () => {
    if (server.state !== 'ready') {
      item.hide();
      return;
    }
    const list = await models.list().catch(() => undefined);
    const missing = list?.models.find(({ name }) => name === list.default)?.installed === false;
    model = missing ? 'no model yet' : (list?.default ?? '');
    draw();
  };

  return [
    item,
    runs.onChanged(draw),
    onPromptsChanged(update),
    models.onChanged(update),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('fourfold.model')) {
        void update();
      }
    }),
  ];
}
