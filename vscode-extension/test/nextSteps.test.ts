import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextSteps } from '../src/nextSteps';

// Sentences as the server writes them.
const CASES: [string, string][] = [
  [
    'There is no model to run this on: run `fourfold model install` for the embedded one, or set OPENAI_API_KEY.',
    'installEmbeddedModel setApiKey chooseModel',
  ],
  ['api.openai.com did not accept the key (401): check OPENAI_API_KEY.', 'setApiKey chooseModel'],
  [
    'llm.example.com wants a key, and there is none (401): set OPENAI_API_KEY.',
    'setApiKey chooseModel',
  ],
  [
    'api.openai.com does not know the model gpt-9, or its address is wrong (404): check both.',
    'chooseModel openModelFile',
  ],
  ['There is no model fast here: choose one of gpt-5-mini.', 'chooseModel openModelFile'],
  [
    'localhost:11434 could not be reached (connection refused): check that it runs, and its address.',
    'chooseModel openModelFile',
  ],
  [
    'api.openai.com sent nothing for 60 s, so the run was stopped: run it again, or choose a faster model.',
    'openSettings chooseModel',
  ],
  ['Fourfold could not do this (KeyError). Its log says more.', 'showLog'],
  ['The input request has no value: give it a default.', ''],
];

for (const [message, expected] of CASES) {
  test(message, () => assert.equal(nextSteps(message).join(' '), expected));
}
