// The tree in the side bar.
import { chooseEntry } from './menu.mjs';
import { clean } from './text.mjs';
import { until } from './wait.mjs';

const REACH_MS = 3_000;

export class Tree {
  constructor(page) {
    this.page = page;
    this.all = page.locator('.part.sidebar .monaco-list-row[role=treeitem]');
  }

  /** The visible rows of the side bar's trees, as a screen reader says them. */
  async rows() {
    const labels = await this.all.evaluateAll((nodes) =>
      nodes
        .sort((one, other) => one.dataset.index - other.dataset.index)
        .map((node) => node.getAttribute('aria-label') ?? node.textContent),
    );
    return labels.map(clean);
  }

  row(text) {
    return this.all.filter({ hasText: text }).first();
  }

  until(accept, what = 'the rows of the tree') {
    return until(what, () => this.rows(), accept);
  }

  /** From now on, each row of the tree that is ever shown is noted; answers a way to read those: {level, label}. */
  async noteRows() {
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
  async open(text, index = 0) {
    await this.all.filter({ hasText: text }).nth(index).locator('.monaco-icon-label').click();
  }

  /** Opens a row of the tree, so that what is below it is seen. */
  async expand(text) {
    const row = this.row(text);
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) === 'false') {
      await row.locator('.monaco-tl-twistie').click();
    }
  }

  /** Chooses an entry of the menu of a row of the tree. */
  async menu(text, entry) {
    await this.row(text).click({ button: 'right' });
    await chooseEntry(this.page, entry);
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
    const row = this.row(text);
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
}
