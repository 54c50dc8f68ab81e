// Where the tools are that tests/editors/setup installs, and what of it is missing.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const HERE = path.dirname(fileURLToPath(import.meta.url));
export const ROOT = path.resolve(HERE, '../../..');

const TOOLS = process.env.FOURFOLD_EDITORS ?? path.join(os.homedir(), '.cache/fourfold-editors');

export const NODE = path.join(TOOLS, 'node/bin/node');
export const VSCODE = path.join(
  TOOLS,
  'code-server/node_modules/code-server/lib/vscode/out/server-main.js',
);
export const FOURFOLD = path.join(ROOT, '.venv/bin/fourfold');

export const VSIX =
  process.env.FOURFOLD_VSIX ?? path.join(ROOT, 'vscode-extension/dist/fourfold.vsix');

export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);

/** What Fourfold keeps for its user: VS Code's server and the command line have to be of the same one. */
export const DATA = mkdtempSync(path.join(os.tmpdir(), 'fourfold-data-'));
process.once('exit', () => {
  try {
    // What a server that is ended still writes is waited for, and fails no test.
    rmSync(DATA, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  } catch (error) {
    console.error(`${DATA} is left behind: ${error.message}`);
  }
});

/** A library that tests/editors/setup has installed; read when needed, since `make try` has none. */
export const library = (name) => createRequire(path.join(TOOLS, 'playwright/'))(name);
