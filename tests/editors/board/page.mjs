// The board as a file, opened in Chromium.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../vscode/tools.mjs';

const WRITE =
  'import json, sys; from fourfold.reports.page import whole_page; print(whole_page(json.load(sys.stdin)))';

/** Writes a board as `fourfold report --html` does. */
export function writeFile(board, file) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const python = path.join(ROOT, '.venv/bin/python');
  const input = JSON.stringify(board);
  fs.writeFileSync(file, execFileSync(python, ['-c', WRITE], { input, maxBuffer: 1 << 28 }));
  return pathToFileURL(file).href;
}
