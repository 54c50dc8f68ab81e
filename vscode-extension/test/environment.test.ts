import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { PrivateEnvironment } from '../src/server/environment';
import { inEnvironment } from '../src/server/executables';

const folder = mkdtempSync(path.join(tmpdir(), 'fourfold-'));
const carried = path.join(folder, 'carried');
const made: string[] = [];
const environment = new PrivateEnvironment(path.join(folder, 'storage'), carried, '', (line) => {
  if (line.startsWith('$')) {
    made.push(line);
  }
});

after(() => rmSync(folder, { recursive: true }));

/**
 * Carries a wheel, always of version 0.1.0, whose program says `word`. Words that follow each other within a
 * second must differ in length: by size and second Python tells whether it has compiled a file.
 */
function carry(word: string): void {
  const files = {
    'fourfold.py': `def main(): print("${word}")\n`,
    'fourfold-0.1.0.dist-info/METADATA': 'Metadata-Version: 2.1\nName: fourfold\nVersion: 0.1.0\n',
    'fourfold-0.1.0.dist-info/WHEEL':
      'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    'fourfold-0.1.0.dist-info/entry_points.txt': '[console_scripts]\nfourfold = fourfold:main\n',
    'fourfold-0.1.0.dist-info/RECORD': 'fourfold.py,,\n',
  };
  const content = path.join(folder, 'content');
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(content, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  mkdirSync(carried, { recursive: true });
  const wheel = path.join(carried, 'fourfold-0.1.0-py3-none-any.whl');
  const parts = ['fourfold.py', 'fourfold-0.1.0.dist-info'];
  execFileSync('python3', ['-m', 'zipfile', '-c', wheel, ...parts], { cwd: content });
}

const ensure = () => environment.ensure((work) => work(() => undefined));
const says = async () => execFileSync(await ensure(), { encoding: 'utf8' }).trim();

test('two windows that start together make one environment', async () => {
  carry('first');
  const [program, other] = await Promise.all([ensure(), ensure()]);
  assert.equal(program, other);
  assert.equal(await says(), 'first');
  assert.equal(made.filter((line) => line.includes(' venv ')).length, 1);
});

test('an update of the extension updates the environment, and nothing else does', async () => {
  const before = made.length;
  assert.equal(await says(), 'first');
  assert.equal(made.length, before);
  carry('second');
  assert.equal(await says(), 'second');
  assert.equal(made.filter((line) => line.includes(' venv ')).length, 1);
});

test('an environment whose Python is gone is made anew', async () => {
  rmSync(inEnvironment(path.join(folder, 'storage', 'environment'), 'python'));
  carry('the third');
  assert.equal(await says(), 'the third');
});

test('an extra is installed once somebody needs it, and only where it is missing', async () => {
  const needing = async (extra: string) => {
    const before = made.length;
    await environment.ensureExtra(extra, (work) => work(() => undefined));
    return made.slice(before).filter((line) => line.includes(' install '));
  };
  assert.deepEqual(await needing('json'), []); // comes with Python
  const [step, ...more] = await needing('nothing');
  assert.match(step ?? '', /fourfold-0\.1\.0-py3-none-any\.whl\[nothing\]$/);
  assert.deepEqual(more, []);
});
