// When VS Code sees what other programs write. A window has a process of its own that watches its folders, which it
// starts late: a change made before goes unseen for good, in its editors too.
import fs from 'node:fs';
import { fileWatchers } from './processes.mjs';
import { until } from './wait.mjs';

/** Until a process below the server, none of those `before`, watches each of these folders. Linux alone tells. */
export function untilWatched(server, folders, before) {
  const inodes = folders.map((folder) => fs.statSync(folder).ino.toString(16));
  const unseen = () => {
    const seen = new Set(
      fileWatchers(server.pid)
        .filter((pid) => !before.includes(pid))
        .flatMap(watchedBy),
    );
    return inodes.filter((inode) => !seen.has(inode));
  };
  return until('VS Code watches the folders', unseen, (left) => left.length === 0);
}

/** The inodes, in hexadecimal, that a process watches with inotify. */
function watchedBy(pid) {
  try {
    return fs
      .readdirSync(`/proc/${pid}/fdinfo`)
      .map((name) => fs.readFileSync(`/proc/${pid}/fdinfo/${name}`, 'utf8'))
      .flatMap((text) => [...text.matchAll(/^inotify .*\bino:([0-9a-f]+)/gm)])
      .map(([, inode]) => inode);
  } catch {
    return []; // it has ended meanwhile, or closed one
  }
}
