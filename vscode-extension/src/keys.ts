/** API keys, in VS Code's secret storage; the server asks for one when a call needs it. */

import { type Memento, type SecretStorage, window } from 'vscode';
import { normalizeEndpoint, OPENAI } from './endpoints';
import type { ModelList } from './protocol';

const ENDPOINTS = 'keys.endpoints';

export class Keys {
  constructor(
    private readonly secrets: SecretStorage,
    private readonly state: Memento,
    private readonly models: () => Promise<ModelList>,
  ) {}

  /** The key for exactly this endpoint. */
  async get(endpoint: string): Promise<string | undefined> {
    return this.secrets.get(name(endpoint));
  }

  async set(): Promise<void> {
    const endpoint = await this.pickEndpoint();
    if (!endpoint) {
      return;
    }
    const key = await window.showInputBox({
      title: `API key for ${endpoint}`,
      prompt: `It is kept in VS Code's secret storage and sent to ${host(endpoint)} only.`,
      password: true,
      ignoreFocusOut: true,
      validateInput: (text) =>
        /^[\x21-\x7e]+$/.test(text.trim())
          ? undefined
          : 'A key has letters, digits and signs only.',
    });
    if (key) {
      await this.secrets.store(name(endpoint), key.trim());
      await this.state.update(ENDPOINTS, [...new Set([...this.endpoints, endpoint])].sort());
      window.setStatusBarMessage(`$(key) The key for ${host(endpoint)} is stored.`, 5_000);
    }
  }

  async remove(): Promise<void> {
    if (this.endpoints.length === 0) {
      window.setStatusBarMessage('$(key) No API key is stored.', 5_000);
      return;
    }
    const endpoint = await window.showQuickPick(this.endpoints, {
      title: 'Remove API key',
      placeHolder: 'For which address?',
    });
    if (endpoint) {
      await this.secrets.delete(name(endpoint));
      const left = this.endpoints.filter((one) => one !== endpoint);
      await this.state.update(ENDPOINTS, left);
      window.setStatusBarMessage(`$(key) The key for ${host(endpoint)} is removed.`, 5_000);
    }
  }

  private get endpoints(): string[] {
    return this.state.get<string[]>(ENDPOINTS, []);
  }

  private async pickEndpoint(): Promise<string | undefined> {
    const configured = await this.models().then(
      ({ models }) => models.flatMap(({ url }) => url ?? []),
      () => [],
    );
    const known = new Set([OPENAI, ...configured, ...this.endpoints]);
    const items = [...known].map((endpoint) => ({
      label: host(endpoint),
      description: this.endpoints.includes(endpoint) ? `${endpoint} · has a key` : endpoint,
      endpoint,
    }));
    const other = { label: '$(add) Another address…', description: '', endpoint: '' };
    const chosen = await window.showQuickPick([...items, other], {
      title: 'Set API key',
      placeHolder: 'For which address?',
    });
    return chosen && (chosen.endpoint || askEndpoint());
  }
}

async function askEndpoint(): Promise<string | undefined> {
  const text = await window.showInputBox({
    title: 'Address of an OpenAI-compatible endpoint',
    placeHolder: 'https://llm.example.com/v1',
    ignoreFocusOut: true,
    validateInput: (given) =>
      normalizeEndpoint(given) ? undefined : `Give an address like ${OPENAI}.`,
  });
  return text && normalizeEndpoint(text);
}

function host(endpoint: string): string {
  return new URL(endpoint).host;
}

function name(endpoint: string): string {
  return `key:${endpoint}`;
}
