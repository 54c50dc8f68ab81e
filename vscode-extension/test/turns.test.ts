import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Turns } from '../src/server/turns';

/** A reader that notes when it is asked, and whose values are taken in when the test says so. */
function noted() {
  const turns = new Turns();
  const events: string[] = [];
  const pending: (() => void)[] = [];
  const take = (key: string, name: string) =>
    turns.take(
      key,
      () => {
        events.push(`read ${name}`);
        return name;
      },
      () => new Promise<void>((resolve) => pending.push(resolve)),
    );
  return { take, events, taken: () => pending.shift()?.() };
}

test('a text is read when the one before has been taken in, in the order asked', async () => {
  const { take, events, taken } = noted();
  const [a, b, c] = [take('x', 'a'), take('x', 'b'), take('x', 'c')];
  assert.equal(await a, 'a');
  assert.deepEqual(events, ['read a']);
  taken();
  assert.equal(await b, 'b');
  assert.deepEqual(events, ['read a', 'read b']);
  taken();
  assert.equal(await c, 'c');
});

test('texts of other documents wait for nothing', async () => {
  const { take, events } = noted();
  await Promise.all([take('x', 'a'), take('y', 'b')]);
  assert.deepEqual(events, ['read a', 'read b']);
});

test('a reading that fails holds up none that follows', async () => {
  const turns = new Turns();
  const failed = turns.take(
    'x',
    () => Promise.reject(new Error('gone')),
    async () => undefined,
  );
  const next = turns.take(
    'x',
    () => 'there',
    async () => undefined,
  );
  await assert.rejects(failed, /gone/);
  assert.equal(await next, 'there');
});
