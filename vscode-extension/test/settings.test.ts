import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Configuration, SERVER_SETTINGS, serverSettings } from '../src/settings';

function configuration(set: Record<string, { source: string; value: unknown }>): Configuration {
  return {
    get: (name) => set[name]?.value ?? 'the default',
    inspect: (name) => ({
      defaultValue: 'the default',
      ...(set[name] && { [set[name].source]: set[name].value }),
    }),
  };
}

test('defaults are not sent, since fourfold.toml would lose against them', () => {
  assert.deepEqual(serverSettings(configuration({})), {});
});

test('what somebody has set is sent', () => {
  const set = configuration({
    model: { source: 'globalValue', value: 'gpt-5' },
    folders: { source: 'workspaceValue', value: ['llm'] },
  });
  assert.deepEqual(serverSettings(set), { model: 'gpt-5', folders: ['llm'] });
});

test('settings of the extension alone are not sent', () => {
  const set = configuration({ path: { source: 'globalValue', value: '/bin/fourfold' } });
  assert.deepEqual(serverSettings(set), {});
});

test('each setting that the server is told of can be set', () => {
  const manifest = JSON.parse(readFileSync(join(__dirname, '..', 'package.json'), 'utf8'));
  const contributed = Object.keys(manifest.contributes.configuration.properties);
  for (const name of SERVER_SETTINGS) {
    assert.ok(contributed.includes(`fourfold.${name}`), name);
  }
});
