// Extensions that tests make, for what the registry here has not.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** The VSIX of an extension, made in `folder`; `main` is its code. */
export function packed(folder, manifest, main) {
  const content = path.join(folder, manifest.name, 'extension');
  fs.mkdirSync(content, { recursive: true });
  const whole = { version: '1.0.0', main: './main.js', ...manifest };
  fs.writeFileSync(path.join(content, 'package.json'), JSON.stringify(whole));
  fs.writeFileSync(path.join(content, 'main.js'), main);
  const cwd = path.dirname(content);
  execFileSync('python3', ['-m', 'zipfile', '-c', 'packed.vsix', 'extension'], { cwd });
  return path.join(cwd, 'packed.vsix');
}
