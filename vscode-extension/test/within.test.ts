import assert from 'node:assert/strict';
import { test } from 'node:test';
import { within } from '../src/within';

const NEVER = new Promise<string>(() => {});

test('an answer in time is the answer', async () => {
  assert.equal(await within(Promise.resolve('answer'), 60_000), 'answer');
});

test('an answer that takes too long is none', async () => {
  assert.equal(await within(NEVER, 1), undefined);
});

test('a failure is no answer', async () => {
  assert.equal(await within(Promise.reject(new Error('gone')), 60_000), undefined);
});
