import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const read = (path: string) => readFileSync(join(__dirname, path), 'utf8');

test('no command of the extension has the name of one that the server registers', () => {
  const { commands } = JSON.parse(read('../package.json')).contributes;
  const { answers } = JSON.parse(read('../../server/fourfold/protocol.schema.json'));
  const own: string[] = commands.map(({ command }: { command: string }) => command);
  const source = read('../src/extension.ts');
  const registered = [...source.matchAll(/^ {4}(\w+): (?:\(|restart|actions)/gm)].map(
    ([, name]) => `fourfold.${name}`,
  );
  assert.ok(registered.length >= own.length && Object.keys(answers).length > 20);
  assert.deepEqual(
    [...own, ...registered].filter((name) => name in answers),
    [],
  );
  assert.deepEqual(
    own.filter((name) => !registered.includes(name)),
    [],
  );
});
