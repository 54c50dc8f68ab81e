// Puts what the extension carries into dist/: the server's wheel, the sample workflow and the JSON
// schema of workflow.yaml.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';

const extension = path.resolve(import.meta.dirname, '..');
const repository = path.dirname(extension);
const dist = path.join(extension, 'dist');

const own = ['bin/python', 'Scripts/python.exe'].map((p) => path.join(repository, '.venv', p));
const python = process.env.PYTHON ?? own.find(existsSync) ?? 'python3';

rmSync(path.join(dist, 'server'), { recursive: true, force: true });
mkdirSync(path.join(dist, 'server'), { recursive: true });
execFileSync(
  python,
  [
    '-m',
    'pip',
    'wheel',
    '--quiet',
    '--disable-pip-version-check',
    '--no-deps',
    '--wheel-dir',
    path.join(dist, 'server'),
    repository,
  ],
  { stdio: 'inherit' },
);

rmSync(path.join(dist, 'sample'), { recursive: true, force: true });
cpSync(path.join(repository, 'prompts'), path.join(dist, 'sample', 'prompts'), {
  recursive: true,
  filter: (source) => !path.basename(source).startsWith('.'),
});

cpSync(
  path.join(repository, 'server', 'fourfold', 'workflow', 'workflow.schema.json'),
  path.join(dist, 'workflow.schema.json'),
);
