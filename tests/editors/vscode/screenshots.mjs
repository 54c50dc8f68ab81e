// Takes the pictures of README and walkthrough, of each surface in a dark and a light theme.
//   node screenshots.mjs [NAME...]      writes vscode-extension/media/screenshots/NAME-{dark,light}.png
import fs from 'node:fs';
import path from 'node:path';
import { closeWindow, launchBrowser, newUser, openWindow } from './browser.mjs';
import { Profile, startServer } from './server.mjs';
import { SETTINGS } from './settings.mjs';
import { library, ROOT, VSIX } from './tools.mjs';
import { until } from './wait.mjs';
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
  'editor.lightbulb.enabled': 'off',
  'window.commandCenter': false,
  'workbench.layoutControl.enabled': false,
};
const PROMPT = 'prompts/welcome.prompty';
const REQUESTS = [
  `Write a welcome e-mail to {{ name }}, a new customer of our book shop.
`,
  `Write a welcome e-mail to {{ name }}, a new customer of our book shop.
Use two sentences.
`,
  `Write a warm welcome e-mail to {{ name }}, a new customer of our small book shop.
Use at most three sentences.
Mention the free coffee on Saturdays.
`,
  `Write a warm welcome e-mail to {{ name }}, a new customer of our small book shop in Lisbon.
Use at most three sentences.
Mention the free coffee on Saturdays.
`,
];
const HEAD = `---
name: welcome
displayName: Welcome e-mail
description: Welcomes a new customer.
model:
  options:
    maxOutputTokens: 120
    temperature: 0
inputs:
  name:
    kind: string
    description: The customer's first name.
    example: Ada
---
user:
`;

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

/** Each surface: it leaves the window as the picture shall show it. */
const SURFACES = {
  async prompt(code) {
    await code.tree.expand('Welcome');
    await code.tree.row('v4').waitFor();
    await code.tree.expand('v4');
  },
  async workflow(code) {
    await code.tree.row('Translation').waitFor();
    await code.command('Fourfold: Show Diagram');
    await code.untilRendered('svg', (text) => text.includes('Translation'));
    await code.command('View: Focus First Editor Group');
    await code.command('View: Close All Editors in Group');
    await code.tab('outline.prompty').waitFor({ state: 'detached' });
  },
  async versions(code) {
    await code.command('View: Toggle Primary Side Bar Visibility');
    await code.command('Fourfold: Switch Version');
    await code.pick.until((rows) => rows.length === 4);
    await code.press('ArrowDown', 'ArrowDown');
    await code.untilSide('modified', 'two sentences');
  },
  async compare(code) {
    await openComparison(code, 'v3', 'v4');
    await code.untilSide('modified', 'Dear');
  },
  async comparison(code) {
    await openComparison(code, 'v3', 'v4');
    await code.untilSide('modified', 'Dear');
    await code.command('Fourfold: Open Comparison');
    const titles = () => code.page.frames().map((frame) => frame.locator('h1').count());
    await until(
      'the rendered comparison',
      () => Promise.all(titles()),
      (all) => all.some(Boolean),
    );
  },
  async four(code) {
    await openComparison(code, 'v1', 'v2', 'v3', 'v4');
    await code.page.locator('.multiDiffEntry .view-line').nth(3).waitFor();
  },
  async models(code) {
    await code.command('Fourfold: Choose Model');
    await code.pick.until((rows) => rows.length > 2);
  },
  async walkthrough(code) {
    await code.command('View: Toggle Primary Side Bar Visibility');
    await code.command('Fourfold: Get Started');
    await code.page.locator('.getting-started-step').nth(3).waitFor();
    const picture = code.page.locator('.getting-started-media img').first();
    await until('the picture', () =>
      picture.evaluate((image) => image.complete && image.naturalWidth > 0),
    );
  },
  async run(code) {
    await code.command('View: Toggle Primary Side Bar Visibility');
    await code.clickLens('▶ Run');
    const response = code.group(1).locator('.monaco-editor[role=code]');
    await response.locator('.view-line').nth(2).waitFor();
  },
};

async function openComparison(code, ...labels) {
  await code.command('View: Toggle Primary Side Bar Visibility');
  await code.command('Fourfold: Compare Versions');
  await code.pick.until((rows) => rows.length === 4);
  await code.pick.check(...labels);
}

const names = process.argv.slice(2);
const workspace = new Workspace();
const others = { workflow: { make: newsletter, file: 'prompts/outline.prompty' } };
const made = [workspace];
const profile = new Profile(LOOKS);
let server;
const browser = await launchBrowser();
try {
  workspace.keep('welcome', ...REQUESTS.map((request) => HEAD + request));
  workspace.ask('run', 'welcome', '--versions', 'all');
  profile.install(VSIX);
  server = await startServer(profile);
  const user = await newUser(browser, { width: 1180, height: 700, scale: 1.5 });
  fs.mkdirSync(TARGET, { recursive: true });
  for (const surface of names.length ? names : Object.keys(SURFACES)) {
    const { make = () => workspace, file = PROMPT } = others[surface] ?? {};
    const used = make();
    made.push(used);
    for (const [name, theme] of Object.entries(THEMES)) {
      profile.set({ ...LOOKS, 'workbench.colorTheme': theme });
      const page = await openWindow(user, server, {
        folder: used.folder,
        file: used.path(file),
      });
      const code = new Workbench(page);
      await code.untilLenses((titles) => titles.length >= 5);
      await code.command('Fourfold: Focus on Workflow View');
      await code.focusEnd();
      await SURFACES[surface](code);
      await code.untilDrawn();
      save(path.join(TARGET, `${surface}-${name}.png`), await page.screenshot());
      await closeWindow(page);
    }
  }
} finally {
  await browser.close();
  await server?.stop();
  profile.remove();
  for (const each of made) each.remove();
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
