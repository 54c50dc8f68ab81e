import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalizeEndpoint } from '../src/endpoints';

// The same spellings as the server's normalize_endpoint, so that a key is found again.
for (const [given, expected] of [
  ['https://api.openai.com/v1/', 'https://api.openai.com/v1'],
  [' HTTPS://API.OpenAI.com:443/v1 ', 'https://api.openai.com/v1'],
  ['http://localhost:11434/v1', 'http://localhost:11434/v1'],
  ['http://[::1]:80/', 'http://[::1]'],
  ['https://user:secret@host/v1', undefined],
  ['ftp://host', undefined],
  ['host/v1', undefined],
] as const) {
  test(`${given} is ${expected}`, () => assert.equal(normalizeEndpoint(given), expected));
}
