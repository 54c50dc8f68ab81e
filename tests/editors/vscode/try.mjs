// `make try`: VS Code in the browser on a copy of prompts/, until Ctrl-C; then nothing of it is left.
import fs from 'node:fs';
import path from 'node:path';
import { Profile, startServer } from './server.mjs';
import { FOURFOLD, HERE, VSIX } from './tools.mjs';
import { Workspace } from './workspace.mjs';

const stopped = new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, resolve);
});

const profile = new Profile({
  'fourfold.path': FOURFOLD,
  'workbench.startupEditor': 'readme',
  'security.workspace.trust.enabled': false,
});
const workspace = new Workspace();
fs.copyFileSync(path.join(HERE, 'try.md'), workspace.path('README.md'));
let server;
try {
  profile.install(VSIX);
  server = await startServer(profile, { folder: workspace.folder });
  // Files that are reached by a link would be other files than those of a folder that is opened by default.
  console.log(`
  Fourfold in VS Code: ${server.base}/?folder=${encodeURI(workspace.folder)}

  On a copy of prompts/, with the embedded model. Ctrl-C ends it and leaves nothing behind.
`);
  await Promise.race([stopped, server.ended]);
} finally {
  await server?.stop();
  workspace.remove();
  profile.remove();
}
