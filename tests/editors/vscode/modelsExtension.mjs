// Plays an extension that brings language models, as Copilot's does: one that says what it was asked.
import { packed } from './packed.mjs';

const MANIFEST = {
  name: 'models',
  displayName: 'Models of a Test',
  publisher: 'somebody',
  engines: { vscode: '^1.104.0' },
  activationEvents: ['onStartupFinished'],
  enabledApiProposals: ['chatProvider'], // without it nobody is asked whether the models may be used
  contributes: {
    languageModelChatProviders: [{ vendor: 'somebody', displayName: 'Somebody' }],
  },
};

/** Its VSIX, made in `folder`. Its model `somebody/echo` answers, in pieces, with each message's role and
 * text and with the options, and counts a token for each word. */
export function modelsExtension(folder) {
  return packed(
    folder,
    MANIFEST,
    `const vscode = require('vscode');
const textOf = (message) => message.content.map(({ value }) => value).join('').trim();
const information = {
  id: 'echo', name: 'Echo', family: 'echo', version: '1',
  maxInputTokens: 8000, maxOutputTokens: 800, capabilities: {},
  requiresAuthorization: { label: 'Ada' },
};
exports.activate = () => vscode.lm.registerLanguageModelChatProvider('somebody', {
  async provideLanguageModelChatInformation() { return [information]; },
  async provideLanguageModelChatResponse(model, messages, options, progress) {
    for (const message of messages) {
      const role = message.role === vscode.LanguageModelChatMessageRole.User ? 'user' : 'assistant';
      for (const piece of [role + ': ', textOf(message), '\\n']) {
        progress.report(new vscode.LanguageModelTextPart(piece));
      }
    }
    progress.report(new vscode.LanguageModelTextPart(JSON.stringify(options.modelOptions)));
  },
  async provideTokenCount(model, text) {
    return (typeof text === 'string' ? text : textOf(text)).split(/\\s+/).length;
  },
});
`,
  );
}
