// Bundles the extension: dist/extension.js, dist/client.js, which is loaded when the server starts, and the
// board's page.
import { mkdirSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { bundleBoard } from './bundle.mjs';

const CLIENT = './client.js';

const production = process.argv.includes('--production');
const options = {
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  supported: { 'dynamic-import': false }, // so that what is loaded later sees `vscode` too
  minify: production,
  sourcemap: production ? false : 'inline',
  logLevel: 'warning',
};
await Promise.all([
  build({
    ...options,
    entryPoints: ['src/extension.ts'],
    outfile: 'dist/extension.js',
    external: ['vscode', CLIENT],
  }),
  build({
    ...options,
    entryPoints: ['src/server/client.ts'],
    outfile: 'dist/client.js',
    external: ['vscode'],
  }),
]);
mkdirSync('dist/board', { recursive: true });
for (const { name, text } of await bundleBoard()) {
  writeFileSync(`dist/board/${name}`, text);
}
