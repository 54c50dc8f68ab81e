import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Session } from '../src/runs/session';
import { run } from './shapes';

test('the spend is the sum of what ended, cached responses cost nothing', () => {
  const session = new Session();
  session.note(run({ id: 'a', status: 'running', costUsd: null }));
  assert.equal(session.goingOn.length, 1);
  session.note(run({ id: 'a', costUsd: 0.5 }));
  session.note(run({ id: 'b', costUsd: 0.25 }));
  session.note(run({ id: 'c', costUsd: 0.5, cached: true }));
  assert.equal(session.spentUsd, 0.75);
  assert.equal(session.goingOn.length, 0);
  assert.equal(session.ended, 3);
  assert.equal(session.hasUnpriced, false);
});

test('a response that its own step takes over does not take back what it cost', () => {
  const session = new Session();
  session.note(run({ id: 'a', costUsd: 0.5 }));
  session.note(run({ id: 'a', costUsd: 0, cached: true }));
  assert.equal(session.spentUsd, 0.5);
});

test('an answer that comes after the news does not undo them', () => {
  const session = new Session();
  session.note(run({ id: 'a' }));
  session.note(run({ id: 'a', status: 'queued' }));
  assert.equal(session.goingOn.length, 0);
});

test('what went on is forgotten with its server', () => {
  const session = new Session();
  session.note(run({ id: 'a', status: 'running' }));
  session.note(run({ id: 'b' }));
  session.interrupt();
  assert.equal(session.find('a'), undefined);
  assert.equal(session.ended, 1);
});
