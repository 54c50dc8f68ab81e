/** The lenses that documents had last, to be shown again until the server that starts has answered. */

import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { CodeLens, type Command, type Memento, Range, type TextDocument } from 'vscode';

/** Calls a command of the server, which may still be starting: `(name, fields)`. */
export const LENS_COMMAND = 'fourfold.callServer';

const KEY = 'lenses';
const DOCUMENTS_KEPT = 20;
/** A workflow.yaml of a thousand steps has more than is worth being written each time. */
const LENSES_KEPT = 100;

interface Remembered {
  uri: string;
  /** SHA-256 of the text that they belong to. */
  text: string;
  lenses: { line: number; command: Command | undefined }[];
}

export class LensMemory {
  constructor(private readonly state: Memento) {}

  /** The last lenses of exactly this text; undefined if they are not known. */
  recall(document: TextDocument): CodeLens[] | undefined {
    const { uri, text } = identify(document);
    const found = this.all().find((it) => it.uri === uri && it.text === text);
    return found?.lenses.map(
      ({ line, command }) => new CodeLens(new Range(line, 0, line, 0), command && waiting(command)),
    );
  }

  /** Keeps the lenses of a text that is saved: an unsaved one is not what a window opens with. */
  remember(document: TextDocument, lenses: CodeLens[]): void {
    if (document.isDirty || lenses.length > LENSES_KEPT) {
      return;
    }
    const now: Remembered = {
      ...identify(document),
      lenses: lenses.map(({ range, command }) => ({ line: range.start.line, command })),
    };
    const all = this.all();
    if (!isDeepStrictEqual(now, all[0])) {
      const others = all.filter(({ uri }) => uri !== now.uri);
      void this.state.update(KEY, [now, ...others].slice(0, DOCUMENTS_KEPT));
    }
  }

  private all(): Remembered[] {
    return this.state.get<Remembered[]>(KEY, []);
  }
}

function identify(document: TextDocument): { uri: string; text: string } {
  const text = createHash('sha256').update(document.getText()).digest('hex');
  return { uri: document.uri.toString(), text };
}

/** The same command, but one that is there before the server is. */
function waiting(command: Command): Command {
  return {
    ...command,
    command: LENS_COMMAND,
    arguments: [command.command, command.arguments?.[0]],
  };
}
