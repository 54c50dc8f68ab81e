/** Asking for the inputs that a prompt lacks; what was given last is proposed. */

import { type Memento, Uri, window } from 'vscode';
import { type MissingInput, readInput } from './inputKinds';

const KEY = 'inputs';
const PROMPTS_KEPT = 50;

interface Remembered {
  uri: string;
  /** What was typed for each input. */
  texts: Record<string, string>;
}

export class Inputs {
  constructor(private readonly state: Memento) {}

  /** The values, by name; undefined where the user gave up. */
  async ask(uri: string, missing: MissingInput[]): Promise<Record<string, unknown> | undefined> {
    const prompt = Uri.parse(uri).toString();
    const known = this.all().find((one) => one.uri === prompt)?.texts ?? {};
    const texts: Record<string, string> = {};
    const values: Record<string, unknown> = {};
    for (const [index, input] of missing.entries()) {
      const step = missing.length > 1 ? ` (${index + 1} of ${missing.length})` : '';
      const text = await askFor(input, known[input.name], step);
      const read = text === undefined ? undefined : readInput(input.kind, text);
      if (text === undefined || !read || 'problem' in read) {
        return undefined;
      }
      texts[input.name] = text;
      values[input.name] = read.value;
    }
    await this.remember(prompt, { ...known, ...texts });
    return values;
  }

  private async remember(uri: string, texts: Record<string, string>): Promise<void> {
    const others = this.all().filter((one) => one.uri !== uri);
    await this.state.update(KEY, [{ uri, texts }, ...others].slice(0, PROMPTS_KEPT));
  }

  private all(): Remembered[] {
    return this.state.get<Remembered[]>(KEY, []);
  }
}

async function askFor(
  { name, kind, description }: MissingInput,
  last: string | undefined,
  step: string,
): Promise<string | undefined> {
  const title = `Value of ${name}${step}`;
  const prompt = description ?? `The prompt has no value for ${name}.`;
  if (kind === 'boolean') {
    const choices = last === 'false' ? ['false', 'true'] : ['true', 'false'];
    return window.showQuickPick(choices, { title, placeHolder: prompt, ignoreFocusOut: true });
  }
  return window.showInputBox({
    title,
    prompt,
    value: last ?? '',
    ignoreFocusOut: true,
    validateInput: (text) => {
      const read = readInput(kind, text);
      return 'problem' in read ? read.problem : undefined;
    },
  });
}
