import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BoardInput } from '../src/protocol';
import { inputsToAsk, missingInputs } from '../src/runs/askedInputs';

const CITY = { name: 'city', kind: 'string', description: null };

test('only a refusal that names inputs is about inputs', () => {
  assert.deepEqual(missingInputs({ data: { field: 'inputs', missing: [CITY] } }), [CITY]);
  for (const error of [undefined, null, new Error('x'), { data: { field: 'inputs' } }, {}]) {
    assert.deepEqual(missingInputs(error), []);
  }
});

test('the form has all inputs of the prompt, and what is missing though no version is known to have it', () => {
  const known: BoardInput[] = [{ ...CITY, value: 'Porto', example: true, optional: true }];
  const other = { name: 'count', kind: 'integer', description: 'How many.' };
  assert.deepEqual(inputsToAsk(known, [CITY, other]), [
    ...known,
    { ...other, value: null, example: false, optional: false },
  ]);
});
