// Text as VS Code draws it.

const SPACES = /\u00a0/g;

/** Without what only the drawing needs. */
export function clean(text) {
  return text
    .replace(SPACES, ' ')
    .replace(/\u200b/g, '')
    .trim();
}
