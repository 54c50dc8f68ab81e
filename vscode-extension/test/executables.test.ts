import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { expand, inEnvironment, isProgram, onPath } from '../src/server/executables';
import { withLock } from '../src/server/lock';
import { isRecent } from '../src/server/python';

let folder = '';

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fourfold-'));
});
after(() => rm(folder, { recursive: true }));

async function program(file: string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, '');
  await chmod(file, 0o755);
  return file;
}

test('a program is found on the PATH, but never by a relative entry', async () => {
  const name = path.basename(inEnvironment('', 'tool'));
  const file = await program(path.join(folder, 'bin', name));
  const there = path.dirname(file);
  assert.equal(await onPath('tool', { PATH: ['.', there].join(path.delimiter) }), file);
  assert.equal(await onPath('tool', { PATH: path.relative(process.cwd(), there) }), undefined);
  assert.equal(await onPath('other', { PATH: there }), undefined);
});

test('a folder is no program', () => {
  assert.equal(isProgram(folder), false);
});

test('paths in settings', () => {
  const workspace = path.resolve('/work');
  assert.equal(expand('~/bin/fourfold', undefined), path.join(homedir(), 'bin/fourfold'));
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of VS Code
  assert.equal(expand('${workspaceFolder}/x', workspace), `${workspace}/x`);
  assert.equal(expand('x/y', workspace), path.join(workspace, 'x/y'));
  assert.equal(expand('  ', workspace), '');
});

test('Python 3.11 or newer', () => {
  assert.deepEqual(
    [isRecent(3, 10), isRecent(3, 11), isRecent(3, 14), isRecent(2, 12), isRecent(4, 0)],
    [false, true, true, false, true],
  );
});

test('one at a time holds a lock', async () => {
  const order: string[] = [];
  const hold = (name: string) =>
    withLock(path.join(folder, 'lock'), async () => {
      order.push(`${name} in`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`${name} out`);
    });
  await Promise.all([hold('a'), hold('b')]);
  assert.equal(order[1], order[0]?.replace('in', 'out'));
  assert.equal(order.length, 4);
});
