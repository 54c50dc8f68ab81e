// Plays Microsoft's Python extension, which the registry here has not: it has one environment selected.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const MANIFEST = {
  name: 'python',
  publisher: 'ms-python',
  version: '2026.1.0',
  engines: { vscode: '^1.90.0' },
  main: './main.js',
};

/** Its VSIX, made in `folder`. The shapes are those of @vscode/python-extension 1.0.5. */
export function pythonExtension(folder, python) {
  const content = path.join(folder, 'extension');
  fs.mkdirSync(content, { recursive: true });
  fs.writeFileSync(path.join(content, 'package.json'), JSON.stringify(MANIFEST));
  fs.writeFileSync(
    path.join(content, 'main.js'),
    `const { Uri } = require('vscode');
const selected = { id: 'selected', path: ${JSON.stringify(python)} };
exports.activate = () => ({
  environments: {
    getActiveEnvironmentPath: () => selected,
    resolveEnvironment: async (given) =>
      given === selected ? { executable: { uri: Uri.file(selected.path) } } : undefined,
  },
});
`,
  );
  execFileSync('python3', ['-m', 'zipfile', '-c', 'python.vsix', 'extension'], { cwd: folder });
  return path.join(folder, 'python.vsix');
}
