// Bundles the board's page for the server, which has it in a browser and in files. It is committed, so that
// Fourfold can be installed without Node; with --check it only has to be what board/ makes.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundleBoard } from './bundle.mjs';

const MOST_BYTES = 150_000;

const home = path.resolve(import.meta.dirname, '../../server/fourfold/reports/page');
const files = await bundleBoard();
const compressed = files.reduce((all, { text }) => all + gzipSync(text).length, 0);
if (compressed > MOST_BYTES) {
  throw new Error(`The board is ${compressed} bytes compressed; it may be ${MOST_BYTES}.`);
}
for (const { name, text } of files) {
  const file = path.join(home, name);
  if (!process.argv.includes('--check')) {
    writeFileSync(file, text);
  } else if (readFileSync(file, 'utf8') !== text) {
    throw new Error(`${file} is not what board/ makes: run \`npm run board\`.`);
  }
}
