import assert from 'node:assert/strict';
import { test } from 'node:test';
import { given, summary, written } from '../board/inputs/values';
import type { BoardInput } from '../src/protocol';

function input(name: string, kind: string, value: unknown = null): BoardInput {
  return { name, kind, value, description: null, example: false, optional: true };
}

const INPUTS = [
  input('text', 'string', 'Hello\n'),
  input('amount', 'integer', 3),
  input('share', 'float'),
  input('isUrgent', 'boolean'),
  input('names', 'array', ['Ada']),
  input('more', 'object'),
];

test('only what differs from the values of the prompt is given, by its kind', () => {
  const typed = {
    ...{ text: 'Hello\n', amount: '0', share: '1e-3', isUrgent: 'false' },
    ...{ names: '["Bob", 1]', more: '{"a": null}', gone: 'x' },
  };
  const values = { amount: 0, share: 0.001, isUrgent: false, names: ['Bob', 1], more: { a: null } };
  assert.deepEqual(given(INPUTS, typed), { values, wrong: {} });
  assert.deepEqual(given(INPUTS, { names: written(['Ada']) }).values, {});
  assert.deepEqual(given(INPUTS, {}).values, {});
});

test('what is no value is said of its field, and the others are taken', () => {
  const typed = {
    ...{ text: 'Hi', amount: '1.5', share: ' ', names: '{}', more: '[1]' },
  };
  const { values, wrong } = given(INPUTS, typed);
  assert.deepEqual(values, { text: 'Hi' });
  assert.deepEqual(Object.keys(wrong), ['amount', 'share', 'names', 'more']);
  assert.match(given(INPUTS, { more: 'null' }).wrong.more ?? '', /no object/);
  assert.match(given(INPUTS, { share: 'Infinity' }).wrong.share ?? '', /no number/);
});

test('a line says what will be given', () => {
  const line = summary(INPUTS.slice(0, 3), { amount: '7' });
  assert.equal(line, 'text: Hello · amount: 7 · share: no value');
});

test('an input that a run lacked needs a value', () => {
  const needed = ['share', 'names'];
  const { values, wrong } = given(INPUTS, { names: '["Bob"]' }, needed);
  assert.deepEqual([values, wrong], [{ names: ['Bob'] }, { share: 'A value is needed.' }]);
});
