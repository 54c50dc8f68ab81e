import assert from 'node:assert/strict';
import { test } from 'node:test';
import { locate, NoServerAtPathError, type Places } from '../src/server/locate';

function places(given: Partial<Places> = {}): Places {
  return {
    trusted: true,
    setting: '',
    exists: () => true,
    inEnvironment: async () => undefined,
    onPath: async () => undefined,
    privateServer: async () => '/private/fourfold',
    ...given,
  };
}

const EVERYWHERE = places({
  setting: '/setting/fourfold',
  inEnvironment: async () => '/environment/fourfold',
  onPath: async () => '/path/fourfold',
});

test('the setting comes first', async () => {
  assert.deepEqual(await locate(EVERYWHERE), { command: '/setting/fourfold', origin: 'setting' });
});

test("then the workspace's environment", async () => {
  const found = await locate({ ...EVERYWHERE, setting: '' });
  assert.deepEqual(found, { command: '/environment/fourfold', origin: 'environment' });
});

test('then the PATH', async () => {
  const found = await locate(places({ onPath: async () => '/path/fourfold' }));
  assert.deepEqual(found, { command: '/path/fourfold', origin: 'path' });
});

test('then its own', async () => {
  assert.deepEqual(await locate(places()), { command: '/private/fourfold', origin: 'private' });
});

test('a setting that leads nowhere is told, not passed over', async () => {
  const wrong = places({ setting: '/gone', exists: () => false });
  await assert.rejects(locate(wrong), NoServerAtPathError);
});

test('an untrusted workspace gets only the private server, and nothing else is looked at', async () => {
  const fail = () => assert.fail('looked into the workspace');
  const found = await locate({
    ...EVERYWHERE,
    trusted: false,
    exists: fail,
    inEnvironment: fail,
    onPath: fail,
  });
  assert.deepEqual(found, { command: '/private/fourfold', origin: 'private' });
});
