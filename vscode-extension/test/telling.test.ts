import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { Telling } from '../src/server/telling';

let told = 0;
let telling: Telling;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
  told = 0;
  telling = new Telling(() => {
    told += 1;
  }, 1000);
});

test('a change is told at once, and no other until VS Code has asked', () => {
  telling.changed();
  telling.changed();
  telling.changed();
  assert.equal(told, 1);
  telling.asked();
  mock.timers.tick(5000);
  assert.equal(told, 1);
  telling.changed();
  assert.equal(told, 2);
});

test('where it does not ask, it is told again in the end', () => {
  telling.changed();
  telling.changed();
  mock.timers.tick(1000);
  assert.equal(told, 2);
  mock.timers.tick(5000);
  assert.equal(told, 2, 'it knows of all');
});

test('an edit has it ask by itself, later with each', () => {
  telling.expected();
  mock.timers.tick(600);
  telling.expected();
  telling.changed();
  mock.timers.tick(600);
  assert.equal(told, 0);
  mock.timers.tick(600);
  assert.equal(told, 1);
});
