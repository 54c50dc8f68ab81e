// VS Code's server for the browser: a profile of its own, an extension in it, started and stopped by its handle.
//
// Its own entry point is run, since code-server's layer around it (login, proxy) adds nothing on loopback.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DATA, NODE, VSCODE } from './tools.mjs';

const START_MS = 60_000;
const STOP_MS = 2_000;

const SETTINGS = {
  'telemetry.telemetryLevel': 'off',
  'workbench.enableExperiments': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
};

/** A folder for one VS Code: its settings, its extensions and the home of everything in it. */
export class Profile {
  constructor(settings = {}) {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fourfold-vscode-'));
    this.data = path.join(this.folder, 'data');
    this.extensions = path.join(this.folder, 'extensions');
    this.home = path.join(this.folder, 'home');
    for (const folder of [this.extensions, this.home]) fs.mkdirSync(folder);
    this.set(settings);
  }

  /** Replaces the settings of the user and, for those that only a machine can have, of the machine. */
  set(settings) {
    const text = JSON.stringify({ ...SETTINGS, ...settings }, null, 2);
    for (const name of ['User', 'Machine']) {
      const folder = path.join(this.data, 'data', name);
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(path.join(folder, 'settings.json'), text);
    }
  }

  /** The environment of VS Code: this machine's, with a home of its own and nobody's keys. */
  environment(extra = {}) {
    const kept = Object.entries(process.env).filter(
      ([name]) => !/^(OPENAI|XDG|FOURFOLD)_/.test(name),
    );
    return {
      ...Object.fromEntries(kept),
      HOME: this.home,
      XDG_RUNTIME_DIR: this.home,
      XDG_DATA_HOME: DATA,
      EXTENSIONS_GALLERY: '{}',
      ...extra,
    };
  }

  arguments() {
    return [
      ...[VSCODE, '--server-data-dir', this.data, '--extensions-dir', this.extensions],
      ...['--accept-server-license-terms', '--telemetry-level', 'off'],
    ];
  }

  install(vsix) {
    execFileSync(NODE, [...this.arguments(), '--install-extension', vsix, '--force'], {
      env: this.environment(),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  }

  remove() {
    fs.rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** A running VS Code: `base` is its address. `stop()` ends it with its extension hosts and language servers. */
export async function startServer(profile, { environment = {}, folder, trust = false } = {}) {
  const port = await freePort();
  const logFile = path.join(profile.folder, 'server.log');
  const log = fs.openSync(logFile, 'w');
  const child = spawn(
    NODE,
    [
      ...profile.arguments(),
      ...['--host', '127.0.0.1', '--port', String(port), '--without-connection-token'],
      ...['--disable-getting-started-override', '--reconnection-grace-time', '1'],
      ...(trust ? [] : ['--disable-workspace-trust']),
      ...(folder ? ['--default-folder', folder] : []),
    ],
    { env: profile.environment(environment), stdio: ['ignore', log, log], detached: true },
  );
  fs.closeSync(log);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const signal = (name) => {
    try {
      process.kill(-child.pid, name);
      return true;
    } catch {
      return false; // nobody is left in its process group
    }
  };
  const stop = async () => {
    signal('SIGTERM');
    await Promise.race([ended, pause(STOP_MS)]);
    const limit = Date.now() + STOP_MS;
    while (signal(0) && Date.now() < limit) await pause(50);
    signal('SIGKILL');
  };
  const base = `http://127.0.0.1:${port}`;
  const limit = Date.now() + START_MS;
  while (!(await answers(`${base}/version`))) {
    if (child.exitCode !== null || Date.now() > limit) {
      await stop();
      throw new Error(`VS Code did not start:\n${fs.readFileSync(logFile, 'utf8').slice(-2000)}`);
    }
    await pause(50);
  }
  return { base, port, pid: child.pid, ended, stop };
}

async function answers(address) {
  try {
    return (await fetch(address)).ok;
  } catch {
    return false;
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
