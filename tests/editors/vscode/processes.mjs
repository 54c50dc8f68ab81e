// Which processes run below another: language servers below a VS Code, say.
import fs from 'node:fs';

/** The process ids of `fourfold serve` among the descendants of a process. */
export function languageServers(root) {
  return below(root)
    .filter(({ command }) => /fourfold.*\0serve\0/.test(command))
    .map(({ pid }) => pid);
}

/** The processes with which VS Code watches files, one for each window. */
export function fileWatchers(root) {
  return below(root)
    .filter(({ command }) => command.includes('\0--type=fileWatcher\0'))
    .map(({ pid }) => pid);
}

export function descendants(root) {
  return below(root).map(({ pid }) => pid);
}

export function isAlive(pid) {
  return fs.existsSync(`/proc/${pid}`);
}

function below(root) {
  const processes = fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(describe);
  const family = new Set([root]);
  for (let size = 0; size !== family.size; ) {
    size = family.size;
    for (const { pid, parent } of processes) if (family.has(parent)) family.add(pid);
  }
  return processes.filter(({ pid }) => pid !== root && family.has(pid));
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
