// Plays Microsoft's Python extension, which the registry here has not: it has one environment selected.
import { packed } from './packed.mjs';

const MANIFEST = {
  name: 'python',
  publisher: 'ms-python',
  version: '2026.1.0',
  engines: { vscode: '^1.90.0' },
};

/** Its VSIX, made in `folder`. The shapes are those of @vscode/python-extension 1.0.5. */
export function pythonExtension(folder, python) {
  return packed(
    folder,
    MANIFEST,
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
}
