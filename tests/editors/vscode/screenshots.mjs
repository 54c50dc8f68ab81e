// Takes the pictures of README and walkthrough, each in a dark and a light theme.
//   node screenshots.mjs [NAME...]      writes vscode-extension/media/screenshots/NAME-{dark,light}.png
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { closeWindow, launchBrowser, newUser, openWindow } from './browser.mjs';
import { board, untilResponse } from './pages.mjs';
import { Profile, startServer } from './server.mjs';
import { SETTINGS } from './settings.mjs';
import { library, ROOT, VSIX } from './tools.mjs';
import { Workbench } from './workbench.mjs';
import { Workspace } from './workspace.mjs';

const TARGET = path.join(ROOT, 'vscode-extension/media/screenshots');
const THEMES = { dark: 'Dark 2026', light: 'Light 2026' };
const COLOURS = 96;
const LOOKS = {
  ...SETTINGS,
  'breadcrumbs.enabled': false,
  'editor.fontSize': 13,
  'editor.scrollbar.verticalScrollbarSize': 8,
  'editor.scrollbar.horizontal': 'hidden',
  'editor.scrollBeyondLastLine': false,
  'editor.stickyScroll.enabled': false,
  'editor.lightbulb.enabled': 'off',
  'window.commandCenter': false,
  'workbench.layoutControl.enabled': false,
};
/** Nothing of the window that a step of the walkthrough does not speak of. */
const CUT = {
  'workbench.activityBar.location': 'hidden',
  'workbench.statusBar.visible': false,
  'editor.lineNumbers': 'off',
  'editor.folding': false,
  'editor.glyphMargin': false,
  'editor.wordWrap': 'on',
};
const PROMPT = 'prompts/triage.prompty';

const NEWSLETTER = `name: Newsletter
steps:
  topic:
    title: Topic of the month
    steps:
      readers:
        title: What readers ask
        inputs:
          topic: {step: topic}
  outline:
    title: Outline
    inputs:
      topic: {step: topic}
      questions: {step: topic/readers}
  letter:
    title: Letter
    inputs:
      outline: {step: outline}
    steps:
      subject:
        title: Subject line
        inputs:
          letter: {step: letter}
  translation:
    title: Translation
    inputs:
      letter: {step: letter}
`;
const TASKS = {
  topic: 'Name a topic for the newsletter of a book shop in Lisbon.',
  'topic/readers': 'Which questions do readers have about {{ topic }}?',
  outline: 'Outline a newsletter about {{ topic }} that answers {{ questions }}',
  letter: 'Write the newsletter: {{ outline }}',
  'letter/subject': 'Write a subject line for {{ letter }}',
  translation: 'Translate to Portuguese: {{ letter }}',
};

/** A workspace whose workflow has run but for its last step, and then one prompt was changed. */
function newsletter() {
  const made = new Workspace({ 'prompts/workflow.yaml': NEWSLETTER }, { sample: false });
  for (const [step, task] of Object.entries(TASKS)) {
    const inputs = [...task.matchAll(/\{\{ (\w+) \}\}/g)].map(([, name]) => name);
    const head = [
      ...['---', `name: ${step.split('/').at(-1)}`, 'model:', '  options:'],
      ...['    maxOutputTokens: 24', '    temperature: 0'],
      ...(inputs.length ? ['inputs:', ...inputs.map((name) => `  ${name}: {kind: string}`)] : []),
      ...['---', 'user:'],
    ];
    made.write(`prompts/${step}.prompty`, [...head, task, ''].join('\n'));
  }
  made.ask('workflow', 'run', '--until', 'letter/subject');
  made.keep('outline', `${made.read('prompts/outline.prompty')}Use at most three points.\n`);
  return made;
}

const WINDOW = { width: 1180, height: 700 };
/** What a step of the walkthrough shows is cut out, and read at 430 px. */
const STEP = { width: 560, height: 420 };

/**
 * Each picture: `show` leaves the window as it is to be, and may answer the part of it that is cut out. `of` names the
 * workspace; `size` is that of the window.
 */
const PICTURES = {
  prompt: {
    async show(code) {
      await openTree(code);
      await code.tree.expand('Triage');
      await code.tree.row('v4').waitFor();
      await code.focusEnd();
    },
  },
  versions: { show: openVersions },
  board: { show: openBoard },
  workflow: {
    of: 'newsletter',
    async show(code) {
      await openTree(code);
      await code.tree.row('Translation').waitFor();
      await code.command('Fourfold: Show Diagram');
      await code.untilRendered('svg', (text) => text.includes('Translation'));
      await code.command('View: Focus First Editor Group');
      await code.command('View: Close All Editors in Group');
      await code.tab('outline.prompty').waitFor({ state: 'detached' });
    },
  },
  'step-prompt': { of: 'fresh', size: STEP, show: () => {} },
  'step-versions': { size: STEP, show: openVersions },
  'step-run': {
    size: { ...STEP, width: 2 * STEP.width },
    async show(code) {
      await code.clickLens('▶ Run');
      await untilResponse(code, (text) => /4711/.test(text));
      await code.untilLenses((titles) => titles.some((title) => /\d s · /.test(title)));
      return code.group(1);
    },
  },
  'step-compare': {
    size: { ...STEP, height: 600 },
    async show(code) {
      await openBoard(code);
      const page = await board(code);
      for (const label of ['v2', 'v3']) {
        await page.getByRole('button', { name: `Leave ${label} out` }).click();
      }
      await page.locator('.head').nth(2).waitFor({ state: 'detached' });
    },
  },
  'step-workflow': {
    of: 'newsletter',
    size: { width: 2 * STEP.width, height: 260 },
    async show(code) {
      await openTree(code);
      await code.tree.row('Translation').waitFor();
      return code.page.locator('.part.sidebar');
    },
  },
};

async function openTree(code) {
  await code.command('Fourfold: Focus on Workflow View');
  await code.tree.all.first().waitFor();
}

async function openVersions(code) {
  await code.clickLens('current ▾');
  await code.pick.until((rows) => rows.length === 4);
  await code.press('ArrowDown', 'ArrowDown');
  await code.untilSide('modified', 'experienced');
}

async function openBoard(code) {
  await code.clickLens('▦ Open board');
  await (await board(code)).locator('.cell').first().waitFor();
}

const WORKSPACES = {
  triage: { make: triage, file: PROMPT },
  fresh: { make: () => new Workspace(), file: PROMPT },
  newsletter: { make: newsletter, file: 'prompts/outline.prompty' },
};

/** The prompt for tickets, whose versions the embedded model answers differently well. */
function triage() {
  const made = new Workspace();
  const python = path.join(ROOT, '.venv/bin/python');
  const texts = execFileSync(python, ['-m', 'tests.demo.edits'], { cwd: ROOT });
  made.keep('triage', ...JSON.parse(texts));
  made.ask('run', 'triage', '--versions', 'all');
  return made;
}

const names = process.argv.slice(2);
const made = {};
const profile = new Profile(LOOKS);
let server;
const browser = await launchBrowser();
try {
  profile.install(VSIX);
  server = await startServer(profile);
  fs.mkdirSync(TARGET, { recursive: true });
  for (const name of names.length ? names : Object.keys(PICTURES)) {
    const { of = 'triage', size = WINDOW, show } = PICTURES[name];
    const { make, file } = WORKSPACES[of];
    made[of] ??= make();
    const looks = size === WINDOW ? LOOKS : { ...LOOKS, ...CUT };
    const user = await newUser(browser, { ...size, scale: size === WINDOW ? 1.5 : 2 });
    for (const [kind, theme] of Object.entries(THEMES)) {
      profile.set({ ...looks, 'workbench.colorTheme': theme });
      const { folder } = made[of];
      const page = await openWindow(user, server, { folder, file: made[of].path(file) });
      const code = new Workbench(page);
      await code.untilLenses((titles) => titles.length >= 2);
      if (await page.locator('.part.sidebar').isVisible()) {
        await code.command('View: Close Primary Side Bar');
      }
      const part = await show(code);
      await code.untilDrawn();
      save(path.join(TARGET, `${name}-${kind}.png`), await (part ?? page).screenshot());
      await closeWindow(page);
    }
    await user.close();
  }
} finally {
  await browser.close();
  await server?.stop();
  profile.remove();
  for (const each of Object.values(made)) each.remove();
}

/** With fewer colours: a third of the size, and no difference to be seen. */
function save(file, png) {
  const upng = library('upng-js');
  const image = upng.decode(png);
  const [rgba] = upng.toRGBA8(image);
  const small = Buffer.from(upng.encode([rgba], image.width, image.height, COLOURS));
  fs.writeFileSync(file, small.length < png.length ? small : png);
  console.log(`${path.relative(ROOT, file)}  ${Math.round(small.length / 1024)} kB`);
}
