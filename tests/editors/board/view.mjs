// `fourfold view` as a process.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { FOURFOLD } from '../vscode/tools.mjs';

/** {address, stop}: `stop` ends it as Ctrl-C does, and answers its exit code. */
export async function startView(workspace, environment = {}, ...words) {
  const view = spawn(FOURFOLD, ['view', ...words, '--no-open', '--folder', workspace.folder], {
    env: { ...process.env, XDG_DATA_HOME: workspace.data, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const errors = [];
  view.stderr.on('data', (data) => errors.push(String(data)));
  const ended = new Promise((resolve) => view.once('exit', resolve));
  const lines = createInterface({ input: view.stdout });
  const address = await new Promise((resolve, reject) => {
    lines.once('line', resolve);
    void ended.then((code) => reject(new Error(`view ended with ${code}: ${errors.join('')}`)));
  });
  const stop = () => {
    view.kill('SIGINT');
    return ended;
  };
  return { address, stop };
}
