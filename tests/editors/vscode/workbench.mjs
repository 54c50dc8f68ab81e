// What a user sees and does in a VS Code window, by the names of its parts.
import { until } from './wait.mjs';

const SPACES = /\u00a0/g;
const REACH_MS = 3_000;

export class Workbench {
  constructor(page) {
    this.page = page;
    this.keys = page.keyboard;
  }

  // Commands and keys

  /** Runs a command of the palette by its full title. */
  async command(title) {
    await this.keys.press('F1');
    const input = this.pick.locator('input.input');
    await input.waitFor();
    await input.fill(`>${title}`);
    const row = this.pick.locator('.monaco-list-row').first();
    await until(
      `the command “${title}”`,
      async () =>
        (await row.count()) ? clean(await row.locator('.label-name').first().textContent()) : '',
      (label) => label === title,
    );
    await this.keys.press('Enter');
  }

  press(...keys) {
    return keys.reduce((before, key) => before.then(() => this.keys.press(key)), Promise.resolve());
  }

  // The editor

  get editor() {
    return this.page.locator('.editor-group-container.active .monaco-editor[role=code]').last();
  }

  /** The n-th group of editors, from the left, from 0. */
  group(index) {
    return this.page.locator('.editor-group-container').nth(index);
  }

  async openFile(name) {
    await this.keys.press('Control+p');
    const input = this.pick.locator('input.input');
    await input.fill(name);
    const row = this.pick.locator('.monaco-list-row', {
      hasText: name.split('/').at(-1),
    });
    await row.first().waitFor();
    await this.keys.press('Enter');
    await this.tab(name.split('/').at(-1)).waitFor();
  }

  tab(name) {
    return this.page.locator('.tabs-container .tab', { hasText: name });
  }

  async tabs() {
    const names = await this.page.locator('.tabs-container .tab .label-name').allInnerTexts();
    return names.map(clean);
  }

  /** Until nothing is unsaved in the editor of this name: what is undone before would be saved. */
  untilSaved(name) {
    const classes = () => this.tab(name).first().getAttribute('class');
    return until(`${name} saved`, classes, (given) => !given.split(' ').includes('dirty'));
  }

  async focusText() {
    await this.editor.locator('.view-lines').click({ position: { x: 200, y: 40 } });
  }

  /** Puts the cursor into the editor, at the end of its text. */
  async focusEnd() {
    await this.focusText();
    await this.press('Control+End');
  }

  async type(text) {
    await this.focusEnd();
    await this.keys.insertText(text);
  }

  async save() {
    await this.press('Control+s');
  }

  /** The visible lines of an editor, joined; the active one unless another is given. */
  async text(editor = this.editor) {
    const lines = await editor.locator('.view-lines .view-line').evaluateAll((nodes) =>
      nodes
        .map((node) => [Number.parseFloat(node.style.top), node.textContent])
        .sort((one, other) => one[0] - other[0])
        .map(([, text]) => text),
    );
    return clean(lines.join('\n'));
  }

  untilText(accept, what = 'the text of the editor', editor = undefined) {
    return until(what, () => this.text(editor), accept);
  }

  /** Until what has been asked for is on the screen. */
  untilDrawn() {
    const frames = () =>
      new Promise((done) => requestAnimationFrame(() => requestIdleCallback(done)));
    return this.page.evaluate(frames);
  }

  /** Until VS Code has written what an extension keeps of this workspace; a window may close then. */
  untilStored(extension, accept) {
    const stored = () => this.page.evaluate(readStored, extension);
    return until(`what ${extension} keeps`, stored, (text) => accept(text ?? ''));
  }

  // Code lenses

  async lenses() {
    const titles = await this.page
      .locator(
        '.editor-group-container.active .codelens-decoration > a, .editor-group-container.active .codelens-decoration > span',
      )
      .allInnerTexts();
    return titles.map(clean).filter((title) => title !== '|' && title !== '');
  }

  untilLenses(accept, limitMs) {
    return until('the lenses', () => this.lenses(), accept, limitMs);
  }

  lens(title) {
    return this.page
      .locator('.editor-group-container.active .codelens-decoration a', { hasText: title })
      .first();
  }

  /** Clicks a lens. VS Code asks for lenses only while the text has the focus; those that it shows
   * from its cache until then take no click. */
  async clickLens(title) {
    await this.focusText();
    await this.lens(title).click();
  }

  // Menus

  /** Chooses an entry of the open menu; a menu takes no click at first. */
  async chooseEntry(entry) {
    await this.page.locator('.monaco-menu .action-label', { hasText: entry }).first().hover();
    await this.page
      .locator('.monaco-menu .action-item.focused', { hasText: entry })
      .last()
      .waitFor();
    await this.press('Enter');
  }

  /** Chooses an entry of a menu that is below the menu of the text. */
  async textMenu(below, entry) {
    await this.editor
      .locator('.view-lines')
      .click({ button: 'right', position: { x: 200, y: 40 } });
    await this.chooseEntry(below);
    await this.chooseEntry(entry);
  }

  // Quick picks

  get pick() {
    return this.page.locator('.quick-input-widget:visible');
  }

  /** The rows of the open quick pick: {label, description, detail}. */
  async rows() {
    return this.pick.locator('.monaco-list-row').evaluateAll((nodes) =>
      nodes.map((node) => {
        const read = (selector) =>
          (node.querySelector(selector)?.textContent ?? '').replace(/\u00a0/g, ' ').trim();
        return {
          label: read('.quick-input-list-label .label-name'),
          description: read('.quick-input-list-label .label-description'),
          detail: read('.quick-input-list-label-meta'),
          checked:
            node.querySelector('input[type=checkbox]')?.checked ??
            node.querySelector('[role=checkbox]')?.getAttribute('aria-checked') === 'true',
        };
      }),
    );
  }

  untilRows(accept, what = 'the rows of the quick pick') {
    return until(what, () => this.rows(), accept);
  }

  row(text) {
    return this.pick.locator('.monaco-list-row', { hasText: text }).first();
  }

  choose(label) {
    return this.row(label).click();
  }

  /** Clicks a button of a row. */
  async rowButton(label, title) {
    await this.row(label).hover();
    await this.row(label).locator(`.action-label[aria-label="${title}"]`).click();
  }

  /** Ticks exactly the rows with these labels, and accepts. */
  async check(...labels) {
    for (const { label, checked } of await this.rows()) {
      if (checked !== labels.includes(label)) {
        await this.row(label).locator('.monaco-checkbox, input[type=checkbox]').first().click();
      }
    }
    await this.pick.locator('.monaco-button', { hasText: 'OK' }).click();
  }

  // Messages

  notification(text) {
    return this.page.locator('.notification-list-item', { hasText: text }).first();
  }

  /** The titles of the buttons of a message. */
  buttons(text) {
    return this.notification(text).locator('.monaco-button').allInnerTexts();
  }

  dialog(text) {
    return this.page.locator('.monaco-dialog-box', { hasText: text });
  }

  /** Answers a modal question that says `text`. */
  async answer(text, choice) {
    const dialog = this.dialog(text);
    await dialog.locator('.monaco-button', { hasText: choice }).click();
    await dialog.waitFor({ state: 'hidden' });
  }

  // Documents and diff editors

  /** Until a rendered document has an element, and answers what that says. */
  untilRendered(selector, accept = Boolean) {
    const texts = () =>
      Promise.all(
        this.page.frames().map((frame) =>
          frame
            .locator(selector)
            .allTextContents()
            .catch(() => []),
        ),
      );
    const read = async () => (await texts()).flat().join('\n');
    return until(`“${selector}” in a rendered document`, read, accept);
  }

  side(which) {
    return this.page.locator(`.monaco-diff-editor .editor.${which}`).last();
  }

  untilSide(which, part, limitMs) {
    const what = `“${part}” on the ${which} side of the diff editor`;
    return until(
      what,
      () => this.text(this.side(which)),
      (text) => text.includes(part),
      limitMs,
    );
  }

  /** Until the sides of the diff editor that has the focus contain these texts. */
  async untilSides(original, modified, limitMs) {
    await this.untilSide('original', original, limitMs);
    await this.untilSide('modified', modified);
  }

  // Trees and the status bar

  /** The visible rows of the side bar's trees, as a screen reader says them. */
  async treeRows() {
    const labels = await this.page
      .locator('.part.sidebar .monaco-list-row[role=treeitem]')
      .evaluateAll((nodes) =>
        nodes
          .sort((one, other) => one.dataset.index - other.dataset.index)
          .map((node) => node.getAttribute('aria-label') ?? node.textContent),
      );
    return labels.map(clean);
  }

  treeRow(text) {
    return this.page
      .locator('.part.sidebar .monaco-list-row[role=treeitem]', { hasText: text })
      .first();
  }

  untilTree(accept, what = 'the rows of the tree') {
    return until(what, () => this.treeRows(), accept);
  }

  /** From now on, each row of the tree that is ever shown is noted; answers a way to read those: {level, label}. */
  async noteTreeRows() {
    await this.page.evaluate(() => {
      window.rowsNoted = new Map();
      const note = () => {
        const rows = '[role=treeitem]:has(.custom-view-tree-node-item)';
        for (const row of document.querySelectorAll(`.part.sidebar ${rows}`)) {
          const { ariaLevel: level, ariaLabel: label } = row;
          window.rowsNoted.set(`${level} ${label}`, { level: Number(level), label });
        }
      };
      new MutationObserver(note).observe(document, { childList: true, subtree: true });
    });
    return () => this.page.evaluate(() => [...window.rowsNoted.values()]);
  }

  /** Clicks the n-th row of the tree that has this text. */
  async openRow(text, index = 0) {
    const rows = this.page.locator('.part.sidebar .monaco-list-row[role=treeitem]', {
      hasText: text,
    });
    await rows.nth(index).locator('.monaco-icon-label').click();
  }

  /** Opens a row of the tree, so that what is below it is seen. */
  async expand(text) {
    const row = this.treeRow(text);
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) === 'false') {
      await row.locator('.monaco-tl-twistie').click();
    }
  }

  /** Chooses an entry of the menu of a row of the tree. */
  async menu(text, entry) {
    await this.treeRow(text).click({ button: 'right' });
    await this.chooseEntry(entry);
  }

  /** Clicks an action of the title of the view in the side bar. */
  async viewAction(title) {
    await this.page.locator('.part.sidebar').hover();
    await this.page
      .locator(`.part.sidebar .composite.title .action-label[aria-label^="${title}"]`)
      .click();
  }

  /** Clicks an inline action of a row of the tree. */
  async act(text, action) {
    const row = this.treeRow(text);
    const button = row.locator(`.action-label[aria-label*="${action}"]`);
    const reachable = async () => {
      await row.hover({ timeout: REACH_MS });
      await button.click({ trial: true, timeout: REACH_MS });
      return true;
    };
    // A tree that is drawn anew takes its buttons back.
    const reach = () => reachable().catch((error) => error.message.split('\n')[0]);
    await until(`${action} of “${text}”`, reach, (outcome) => outcome === true);
    await button.click();
  }

  async statusBar() {
    const texts = await this.page
      .locator('.statusbar-item.right, .statusbar-item.left')
      .allInnerTexts();
    return texts.map(clean).filter(Boolean);
  }

  untilStatus(text) {
    return until(
      `“${text}” in the status bar`,
      () => this.statusBar(),
      (items) => items.some((item) => item.includes(text)),
    );
  }
}

function clean(text) {
  return text
    .replace(SPACES, ' ')
    .replace(/\u200b/g, '')
    .trim();
}

/** Runs in the window: VS Code in a browser has a database for each workspace. */
async function readStored(key) {
  const done = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  for (const { name } of await indexedDB.databases()) {
    if (!name.startsWith('vscode-web-state-db-')) continue;
    const database = await done(indexedDB.open(name));
    const [table] = database.objectStoreNames;
    const found = table && (await done(database.transaction(table).objectStore(table).get(key)));
    database.close();
    if (found) return found;
  }
  return undefined;
}
