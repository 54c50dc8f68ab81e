/** What was typed last for the inputs of each prompt. */

import { type Memento, Uri } from 'vscode';
import type { Texts } from './askedInputs';

const KEY = 'inputs';
const PROMPTS_KEPT = 50;

interface Remembered {
  uri: string;
  texts: Texts;
}

export class Inputs {
  constructor(private readonly state: Memento) {}

  recall(uri: string): Texts {
    const prompt = Uri.parse(uri).toString();
    return this.all().find((one) => one.uri === prompt)?.texts ?? {};
  }

  async remember(uri: string, texts: Texts): Promise<void> {
    const prompt = Uri.parse(uri).toString();
    const others = this.all().filter((one) => one.uri !== prompt);
    await this.state.update(KEY, [{ uri: prompt, texts }, ...others].slice(0, PROMPTS_KEPT));
  }

  private all(): Remembered[] {
    return this.state.get<Remembered[]>(KEY, []);
  }
}
