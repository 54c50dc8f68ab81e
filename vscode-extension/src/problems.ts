/** Telling the user what went wrong, with the next step as a button. */

import { commands, window } from 'vscode';
import { type NextStep, nextSteps, wording } from './nextSteps';

const STEPS: Record<NextStep, { title: string; command: string; args?: unknown[] }> = {
  setApiKey: { title: 'Set API Key', command: 'fourfold.setApiKey' },
  chooseModel: { title: 'Choose Model', command: 'fourfold.chooseModel' },
  installEmbeddedModel: {
    title: 'Install Embedded Model',
    command: 'fourfold.installEmbeddedModel',
  },
  openModelFile: { title: 'Open Model Settings', command: 'fourfold.openModelFile' },
  openSettings: {
    title: 'Open Settings',
    command: 'workbench.action.openSettings',
    args: ['fourfold.'],
  },
  showLog: { title: 'Show Log', command: 'fourfold.showLog' },
};

/** An error that the user has been told of already. */
export class ToldError extends Error {}

export async function tell(message: string): Promise<void> {
  const steps = nextSteps(message).map((step) => STEPS[step]);
  const title = await window.showErrorMessage(wording(message), ...steps.map((step) => step.title));
  const chosen = steps.find((step) => step.title === title);
  if (chosen) {
    await commands.executeCommand(chosen.command, ...(chosen.args ?? []));
  }
}

/** Does what a command does; what goes wrong is told, once. */
export async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ToldError)) {
      void tell(error instanceof Error ? error.message : String(error));
    }
    return undefined;
  }
}
