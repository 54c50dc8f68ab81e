// A fresh workspace: the files that a test wants and, unless it says no, a copy of the repository's prompts/.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DATA, FOURFOLD, ROOT } from './tools.mjs';
import { until } from './wait.mjs';

/** The prompt that tests edit: it costs the embedded model a second, not twenty. */
export const GREETING = 'prompts/greeting.prompty';
export const GREETING_TEXT = `---
name: greeting
model:
  options:
    maxOutputTokens: 16
    temperature: 0
---
user:
Say hello to Ada in one sentence.
`;

/** A prompt whose response takes long enough to be watched. */
export const STORY = 'prompts/story.prompty';
export const STORY_TEXT = `---
name: story
model:
  options:
    maxOutputTokens: 100
    temperature: 0
---
user:
Write a long story about a lighthouse keeper.
`;

export class Workspace {
  constructor(files = {}, { sample = true } = {}) {
    this.parent = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'fourfold-workspace-')));
    this.folder = path.join(this.parent, 'automated-coding');
    fs.mkdirSync(this.folder);
    if (sample) {
      fs.cpSync(path.join(ROOT, 'prompts'), this.path('prompts'), { recursive: true });
    }
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  path(name) {
    return path.join(this.folder, name);
  }

  /** The folders of the workspace that a .code-workspace file describes; without one, the only one. */
  roots(description) {
    if (!description) return [this.folder];
    return JSON.parse(this.read(description)).folders.map((folder) => folder.path);
  }

  read(name) {
    return fs.readFileSync(this.path(name), 'utf8');
  }

  write(name, text) {
    fs.mkdirSync(path.dirname(this.path(name)), { recursive: true });
    fs.writeFileSync(this.path(name), text);
  }

  /** Makes each text a version of the step, before an editor is there. */
  keep(step, ...texts) {
    for (const text of texts) {
      this.write(`prompts/${step}.prompty`, text);
      this.ask('save', step);
    }
  }

  /** What `fourfold WORDS --json` says about this workspace. */
  ask(...words) {
    const output = execFileSync(FOURFOLD, [...words, '--folder', this.folder, '--json'], {
      env: { ...process.env, XDG_DATA_HOME: DATA },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return JSON.parse(output);
  }

  untilFile(name, accept) {
    return until(`the file ${name}`, () => this.read(name), accept);
  }

  remove() {
    fs.rmSync(this.parent, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
