/** The models that the user has in VS Code, Copilot's say: asked for the server, without a key. */

import {
  type CancellationToken,
  CancellationTokenSource,
  type LanguageModelChat,
  LanguageModelChatMessage,
  LanguageModelError,
  lm,
} from 'vscode';

/** What the names of these models begin with, for the server. */
const PREFIX = 'editor';

export interface Asked {
  call: string;
  /** `VENDOR/ID` */
  model: string;
  messages: { role: string; content: string }[];
  parameters: Record<string, unknown>;
}

export type Answered =
  | { inputTokens: number | null; outputTokens: number | null }
  | { error: string; kind: 'forbidden' | 'not_found' | 'rate_limited' | null };

export interface EditorModel {
  /** As the server names it. */
  name: string;
  /** For people. */
  title: string;
}

/** Forks of VS Code may have none of this. */
export const hasModels = (): boolean => typeof lm?.selectChatModels === 'function';

/** What can be chosen, as far as VS Code knows without asking anybody. */
export async function editorModels(): Promise<EditorModel[]> {
  const models = hasModels() ? await lm.selectChatModels({}) : [];
  return models.map(({ vendor, id, name }) => ({
    name: `${PREFIX}/${vendor}/${id}`,
    title: name,
  }));
}

export class EditorModelCalls {
  private readonly going = new Map<string, CancellationTokenSource>();

  /** `tell` is given each piece of an answer as it comes. */
  constructor(private readonly tell: (call: string, text: string) => void) {}

  /** VS Code asks the user once whether these models may be used. */
  async ask({ call, model: named, messages, parameters }: Asked): Promise<Answered> {
    const cancelling = new CancellationTokenSource();
    this.going.set(call, cancelling);
    try {
      const model = await find(named);
      if (!model) {
        return { error: `VS Code has no model ${named}`, kind: 'not_found' };
      }
      const sent = messages.map(({ role, content }) =>
        role === 'assistant'
          ? LanguageModelChatMessage.Assistant(content)
          : LanguageModelChatMessage.User(content),
      );
      const { token } = cancelling;
      const options = {
        justification: 'Fourfold runs a prompt on it.',
        modelOptions: parameters,
      };
      let text = '';
      for await (const piece of (await model.sendRequest(sent, options, token)).text) {
        text += piece;
        this.tell(call, piece);
      }
      const [inputTokens, outputTokens] = await Promise.all([
        count(model, sent, token),
        count(model, [text], token),
      ]);
      return { inputTokens, outputTokens };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error), kind: kindOf(error) };
    } finally {
      this.going.delete(call);
      cancelling.dispose();
    }
  }

  cancel(call: string): void {
    this.going.get(call)?.cancel();
  }
}

async function find(named: string): Promise<LanguageModelChat | undefined> {
  const [vendor = '', ...id] = named.split('/');
  return (await lm.selectChatModels({ vendor, id: id.join('/') }))[0];
}

async function count(
  model: LanguageModelChat,
  texts: (string | LanguageModelChatMessage)[],
  token: CancellationToken,
): Promise<number | null> {
  try {
    const counts = await Promise.all(texts.map((text) => model.countTokens(text, token)));
    return counts.reduce((sum, one) => sum + one, 0);
  } catch {
    return null;
  }
}

function kindOf(error: unknown): 'forbidden' | 'not_found' | 'rate_limited' | null {
  if (!(error instanceof LanguageModelError)) {
    return null;
  }
  switch (error.code) {
    case LanguageModelError.NoPermissions.name:
      return 'forbidden';
    case LanguageModelError.NotFound.name:
      return 'not_found';
    case LanguageModelError.Blocked.name:
      return 'rate_limited';
    default:
      return null;
  }
}
