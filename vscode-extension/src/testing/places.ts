/** Which prompts may have tests, by the paths of files, without reading any. */

import path from 'node:path';

/** Without a group in a group, which VS Code's search refuses. */
export const TESTS_FILES =
  '**/{*.tests.yaml,*.tests.yml,*.tests.json,*.tests.jsonl,*.tests.csv,evals.json}';

const SUFFIX = /\.tests\.(ya?ml|jsonl?|csv)$/;
const HOLDS_TESTS = /(\.prompt\.ya?ml|[\\/]SKILL\.md)$/;

/** The prompts beside which a file of tests lies, and those whose format can hold tests. */
export function mayHaveTests(prompts: readonly string[], testsFiles: readonly string[]): string[] {
  const stems = new Map<string, string[]>();
  for (const file of testsFiles) {
    const folder = path.dirname(file);
    const stem = `${path.basename(file).replace(SUFFIX, '')}.`;
    stems.set(folder, [...(stems.get(folder) ?? []), stem]);
  }
  const isTested = (prompt: string) =>
    stems.get(path.dirname(prompt))?.some((stem) => path.basename(prompt).startsWith(stem));
  return prompts.filter((prompt) => HOLDS_TESTS.test(prompt) || isTested(prompt));
}
