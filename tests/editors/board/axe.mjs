// What axe-core finds wrong in a page, as sentences.
import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from '../vscode/tools.mjs';

const AXE = path.join(ROOT, 'vscode-extension/node_modules/axe-core/axe.min.js');

/** `frame` is a page or a frame; a content-security policy does not stop what is evaluated. */
export async function violations(frame) {
  await frame.evaluate(fs.readFileSync(AXE, 'utf8'));
  const { violations: found } = await frame.evaluate(() => axe.run(document));
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
  );
}
