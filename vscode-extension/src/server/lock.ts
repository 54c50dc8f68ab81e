/** One window at a time changes the private environment. */

import { mkdir, rm, stat, utimes } from 'node:fs/promises';

const ALIVE_EVERY_MS = 2_000;
const DEAD_AFTER_MS = 15_000;
const LOOK_EVERY_MS = 250;

/** Does `work` while holding the lock `folder`, whose parent exists; waits for whoever has it. */
export async function withLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  while (!(await taken(folder))) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  const alive = setInterval(() => {
    const now = new Date();
    utimes(folder, now, now).catch(() => undefined);
  }, ALIVE_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(alive);
    await rm(folder, { recursive: true, force: true });
  }
}

async function taken(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
  }
  try {
    if (Date.now() - (await stat(folder)).mtimeMs > DEAD_AFTER_MS) {
      await rm(folder, { recursive: true, force: true });
    }
  } catch {
    // Given back meanwhile.
  }
  return false;
}
