// What a user sees and does in a VS Code window, by the names of its parts.
import { chooseEntry } from './menu.mjs';
import { QuickPick } from './quickPick.mjs';
import { readStored } from './stored.mjs';
import { clean } from './text.mjs';
import { Tree } from './tree.mjs';
import { until } from './wait.mjs';

export class Workbench {
  constructor(page) {
    this.page = page;
    this.keys = page.keyboard;
    this.pick = new QuickPick(page);
    this.tree = new Tree(page);
  }

  // Commands and keys

  /** Runs a command of the palette by its full title. */
  async command(title) {
    await this.keys.press('F1');
    const input = this.pick.box.locator('input.input');
    await input.waitFor();
    await input.fill(`>${title}`);
    const row = this.pick.box.locator('.monaco-list-row').first();
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
    const input = this.pick.box.locator('input.input');
    await input.fill(name);
    const row = this.pick.box.locator('.monaco-list-row', {
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

  /** Chooses an entry of a menu within the menu of the text. */
  async menu(below, entry) {
    await this.editor
      .locator('.view-lines')
      .click({ button: 'right', position: { x: 200, y: 40 } });
    await chooseEntry(this.page, below);
    await chooseEntry(this.page, entry);
  }

  /** Until what has been asked for is on the screen. */
  untilDrawn() {
    const frames = () =>
      new Promise((done) => requestAnimationFrame(() => requestIdleCallback(done)));
    return this.page.evaluate(frames);
  }

  /** Until VS Code has written what it keeps of this workspace under a key, which is an extension's name or one of
   * its own; a window may close then. */
  untilStored(key, accept) {
    const stored = () => this.page.evaluate(readStored, key);
    return until(`what is kept as ${key}`, stored, (text) => accept(text ?? ''));
  }

  /** The entry of the list of what can be typed that is about to be taken. */
  suggestion(label) {
    return this.editor.locator('.suggest-widget.visible .focused .label-name', { hasText: label });
  }

  /** What is underlined, by its severity. */
  mark(severity) {
    return this.editor.locator(`.squiggly-${severity}`);
  }

  /** What stands in the text about a problem that was gone to. */
  problem(text) {
    return this.editor.locator('.marker-widget', { hasText: text });
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

  // Messages

  notification(text) {
    return this.page.locator('.notification-list-item', { hasText: text }).first();
  }

  /** The titles of the buttons of a message. */
  buttons(text) {
    return this.notification(text).locator('.monaco-button').allInnerTexts();
  }

  /** Clicks a button of a message that says `text`. */
  async follow(text, button) {
    await this.notification(text).locator('.monaco-button', { hasText: button }).click();
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

  // The status bar

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
