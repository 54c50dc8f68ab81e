// `make try`: VS Code in the browser on a copy of prompts/, with versions of the prompt for tickets that can be
// compared, until Ctrl-C; then nothing of it is left.
import { execFile, execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { Profile, startServer } from './server.mjs';
import { DATA, FOURFOLD, HERE, ROOT, VSIX } from './tools.mjs';
import { Workspace } from './workspace.mjs';

const STEP = 'triage';

const stopped = new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, resolve);
});
const run = promisify(execFile);

/** Says what goes on, and how long it took. */
async function step(text, work) {
  const began = performance.now();
  const seconds = () => ((performance.now() - began) / 1000).toFixed(1);
  const isLive = process.stdout.isTTY;
  const draw = () => isLive && process.stdout.write(`\r\x1b[K… ${text} (${seconds()} s)`);
  draw();
  const drawing = setInterval(draw, 500);
  try {
    const result = await work();
    console.log(`${isLive ? '\r\x1b[K' : ''}✓ ${text} (${seconds()} s)`);
    return result;
  } finally {
    clearInterval(drawing);
  }
}

/** Makes the texts of the demo versions of the prompt for tickets. */
async function keepVersions() {
  const python = path.join(ROOT, '.venv/bin/python');
  const printed = execFileSync(python, ['-m', 'tests.demo.edits'], { cwd: ROOT });
  for (const text of JSON.parse(printed)) {
    workspace.write(`prompts/${STEP}.prompty`, text);
    await fourfold('save', STEP);
  }
}

const fourfold = (...words) =>
  run(FOURFOLD, [...words, '--folder', workspace.folder], { env: environment });

const environment = { ...process.env, XDG_DATA_HOME: DATA };
for (const name of Object.keys(environment)) {
  if (name.startsWith('OPENAI_')) delete environment[name]; // the embedded model answers
}
const profile = new Profile({
  'fourfold.path': FOURFOLD,
  'workbench.startupEditor': 'readme',
  'security.workspace.trust.enabled': false,
});
const workspace = new Workspace();
fs.copyFileSync(path.join(HERE, 'try.md'), workspace.path('README.md'));
let server;
try {
  await step('Four versions of a prompt for tickets are kept', keepVersions);
  await step('Each has answered a ticket', () => fourfold('run', STEP, '--versions', 'all'));
  await step('The extension is in a VS Code of its own', async () => profile.install(VSIX));
  server = await step('VS Code is there', () => startServer(profile, { folder: workspace.folder }));
  // Files that are reached by a link would be other files than those of a folder that is opened by default.
  const prompt = `vscode-remote://127.0.0.1:${server.port}${workspace.path(`prompts/${STEP}.prompty`)}`;
  const query = `folder=${encodeURI(workspace.folder)}&payload=${encodeURIComponent(JSON.stringify([['openFile', prompt]]))}`;
  console.log(`
  Fourfold in VS Code: ${server.base}/?${query}

  Click ▦ Open board above the prompt, and on the board “Which is better?”: twelve tickets and the embedded model
  say it within a minute or so. Ctrl-C ends it all and leaves nothing behind.
`);
  await Promise.race([stopped, server.ended]);
} finally {
  await server?.stop();
  workspace.remove();
  profile.remove();
}
