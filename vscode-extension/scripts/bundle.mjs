// The board's page as two files, the same for every home.
import path from 'node:path';
import { build } from 'esbuild';

const BOARD = path.resolve(import.meta.dirname, '../board');

/** [{name, text}…]: board.js and board.css. */
export async function bundleBoard() {
  const { outputFiles } = await build({
    entryPoints: { board: path.join(BOARD, 'main.tsx') },
    bundle: true,
    minify: true,
    write: false,
    outdir: 'out',
    format: 'iife',
    target: ['chrome122', 'firefox128', 'safari17.5'],
    tsconfig: path.join(BOARD, 'tsconfig.json'),
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
  });
  return outputFiles.map((file) => ({
    name: path.basename(file.path),
    text: `${file.text.trim()}\n`,
  }));
}
