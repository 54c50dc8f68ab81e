import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingInputs, readInput } from '../src/runs/inputKinds';

test('what is typed is read by its kind', () => {
  const cases: [kind: string, text: string, value: unknown][] = [
    ['string', '', ''],
    ['string', ' 3 ', ' 3 '],
    ['integer', '-3', -3],
    ['integer', ' 7 ', 7],
    ['float', '0.5', 0.5],
    ['float', '1e3', 1000],
    ['boolean', 'false', false],
    ['boolean', 'true', true],
    ['array', '["a", 1]', ['a', 1]],
    ['array', '[]', []],
    ['object', '{"a": null}', { a: null }],
  ];
  for (const [kind, text, value] of cases) {
    assert.deepEqual(readInput(kind, text), { value }, `${kind} ${text}`);
  }
});

test('what is of another kind is said', () => {
  const cases: [kind: string, text: string][] = [
    ['integer', '3.5'],
    ['integer', ''],
    ['float', ' '],
    ['float', 'Infinity'],
    ['boolean', 'yes'],
    ['array', '{"a": 1}'],
    ['array', 'a, b'],
    ['object', '[1]'],
    ['object', 'null'],
  ];
  for (const [kind, text] of cases) {
    assert.ok('problem' in readInput(kind, text), `${kind} ${text}`);
  }
});

test('only a refusal that names inputs is about inputs', () => {
  const missing = [{ name: 'city', kind: 'string', description: null }];
  assert.deepEqual(missingInputs({ data: { field: 'inputs', missing } }), missing);
  for (const error of [undefined, null, new Error('x'), { data: { field: 'inputs' } }, {}]) {
    assert.deepEqual(missingInputs(error), []);
  }
});
