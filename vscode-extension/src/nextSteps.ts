/** What can be done about an error, judged by its sentence. */

export type NextStep =
  | 'setApiKey'
  | 'chooseModel'
  | 'installEmbeddedModel'
  | 'openModelFile'
  | 'openSettings'
  | 'showLog';

const RULES: [RegExp, NextStep[]][] = [
  [/fourfold model install/, ['installEmbeddedModel', 'setApiKey', 'chooseModel']],
  [/\(401\)|did not accept the key|The key for /, ['setApiKey', 'chooseModel']],
  [/\(403|no quota left/, ['chooseModel', 'setApiKey']],
  [
    /does not know the model|There is no model|names the endpoint/,
    ['chooseModel', 'openModelFile'],
  ],
  [/could not be reached|redirect to another address|endpoint/, ['chooseModel', 'openModelFile']],
  [/too many requests|this long \(/, ['chooseModel']],
  [/config\.toml/, ['openModelFile']],
  [/sent nothing for/, ['openSettings', 'chooseModel']],
  [/Its log says more|could not be called|server/i, ['showLog']],
];

/** The server's sentence, as it helps somebody who has no terminal open. */
export function wording(message: string): string {
  return /fourfold model install/.test(message)
    ? 'There is no model to run this on yet: install the embedded one (130 MB, then offline), or set a key for another.'
    : message;
}

export function nextSteps(message: string): NextStep[] {
  return RULES.find(([pattern]) => pattern.test(message))?.[1] ?? [];
}
