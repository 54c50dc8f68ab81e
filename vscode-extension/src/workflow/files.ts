/** Writing the files of a response: what would change is shown, and the server asks before it writes. */

import { showBeside } from '../beside';
import { findTarget, type Target } from '../prompts/target';
import type { VersionList } from '../protocol';
import type { Server } from '../server/server';

export async function writeFiles(server: Server, given?: unknown): Promise<unknown> {
  const target = await findTarget(server, given);
  if (!target) {
    return undefined;
  }
  const run = target.run ?? (await lastRun(server, target));
  let show: (uri: string) => void = () => undefined;
  const offered = new Promise<string>((resolve) => {
    show = resolve;
  });
  const listening = server.onDocumentOffered(show);
  try {
    const fields = { uri: target.uri, ...(run === undefined ? {} : { run }) };
    const answer = await server.execute('fourfold.writeFiles', fields);
    await showBeside(await offered, 'rendered');
    return answer;
  } finally {
    listening.dispose();
  }
}

/** Of a version, where one is given; the server knows what the result of a step is. */
async function lastRun(server: Server, { uri, version }: Target): Promise<string | undefined> {
  if (version === undefined) {
    return undefined;
  }
  const list = await server.execute<VersionList>('fourfold.listVersions', { uri });
  return list.versions.find(({ number }) => number === version)?.lastRun?.id;
}
