// The list in the middle of the window's top.
import { clean } from './text.mjs';
import { until, untilEqual } from './wait.mjs';

export class QuickPick {
  constructor(page) {
    this.box = page.locator('.quick-input-widget:visible');
  }

  /** {label, description, detail, checked} of each row. */
  async rows() {
    const rows = await this.box.locator('.monaco-list-row').evaluateAll((nodes) =>
      nodes.map((node) => {
        const read = (selector) => node.querySelector(selector)?.textContent ?? '';
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
    return rows.map(({ label, description, detail, checked }) => ({
      label: clean(label),
      description: clean(description),
      detail: clean(detail),
      checked,
    }));
  }

  until(accept, what = 'the rows of the quick pick') {
    return until(what, () => this.rows(), accept);
  }

  row(text) {
    return this.box.locator('.monaco-list-row', { hasText: text }).first();
  }

  choose(label) {
    return this.row(label).click();
  }

  /** Clicks a button of a row. */
  async button(label, title) {
    await this.row(label).hover();
    await this.row(label).locator(`.action-label[aria-label="${title}"]`).click();
  }

  /** Answers the question for a secret. */
  async typeSecret(text) {
    const input = this.box.locator('input[type=password]');
    await input.fill(text);
    await input.press('Enter');
  }

  /** Answers the question that says `part`, in which `proposed` stands, with another text. */
  async give(part, proposed, text) {
    await this.box.filter({ hasText: part }).waitFor();
    const input = this.box.locator('input.input');
    await untilEqual('what is proposed', () => input.inputValue(), proposed);
    await input.fill(text);
    await input.press('Enter');
  }

  /** Ticks exactly the rows with these labels, and accepts. */
  async check(...labels) {
    for (const { label, checked } of await this.rows()) {
      if (checked !== labels.includes(label)) {
        await this.row(label).locator('.monaco-checkbox, input[type=checkbox]').first().click();
      }
    }
    await this.box.locator('.monaco-button', { hasText: 'OK' }).click();
  }
}
