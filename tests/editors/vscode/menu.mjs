// The menus that open at the pointer.

/** Chooses an entry of the open menu; a menu takes no click at first. */
export async function chooseEntry(page, entry) {
  await page.locator('.monaco-menu .action-label', { hasText: entry }).first().hover();
  await page.locator('.monaco-menu .action-item.focused', { hasText: entry }).last().waitFor();
  await page.keyboard.press('Enter');
}
