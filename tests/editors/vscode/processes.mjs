// Which language servers run below a VS Code.
import fs from 'node:fs';

/** The process ids of `fourfold serve` among the descendants of a process. */
export function languageServers(root) {
  const processes = fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(describe);
  const below = new Set([root]);
  for (let size = 0; size !== below.size; ) {
    size = below.size;
    for (const { pid, parent } of processes) if (below.has(parent)) below.add(pid);
  }
  return processes
    .filter(({ pid, command }) => below.has(pid) && /fourfold.*\0serve\0/.test(command))
    .map(({ pid }) => pid);
}

function describe(name) {
  try {
    const stat = fs.readFileSync(`/proc/${name}/stat`, 'utf8');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    return [
      { pid: Number(name), parent, command: fs.readFileSync(`/proc/${name}/cmdline`, 'utf8') },
    ];
  } catch {
    return []; // it has ended meanwhile
  }
}
