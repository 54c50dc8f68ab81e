/** What a model has written as Markdown, in which nothing acts: no HTML, no link, no picture. */

import MarkdownIt from 'markdown-it';
import { coloured } from './code';

/** Longer ones are shown as they are, since their Markdown would take seconds. */
const LONGEST = 60_000;

const markdown = new MarkdownIt({ html: false, linkify: false, highlight: coloured });
// What a stranger's link says is shown, where it leads is text beside it.
markdown.validateLink = () => true;
markdown.renderer.rules.link_open = () => '<span class="link">';
markdown.renderer.rules.link_close = (tokens, at) => {
  const open = tokens.slice(0, at).findLast(({ type }) => type === 'link_open');
  const address = markdown.utils.escapeHtml(String(open?.attrGet('href') ?? ''));
  return open?.info === 'auto' ? '</span>' : `</span> <span class="address">(${address})</span>`;
};
markdown.renderer.rules.image = (tokens, at) => {
  const token = tokens[at];
  const address = String(token?.attrGet('src') ?? '');
  return markdown.utils.escapeHtml(`![${token?.content ?? ''}](${address})`);
};
markdown.renderer.rules.table_open = () => '<div class="table"><table>';
markdown.renderer.rules.table_close = () => '</table></div>';
// Aligned by attributes, which the content-security policy would refuse.
for (const cell of ['th_open', 'td_open']) {
  markdown.renderer.rules[cell] = () => `<${cell.slice(0, 2)}>`;
}

/** Whether a text is too long to be read as Markdown. */
export function isLong(text: string): boolean {
  return text.length > LONGEST;
}

/** The rendered text; a line for each of its lines where it is long. */
export function rendered(text: string): DocumentFragment {
  return isLong(text) ? asLines(text) : asMarkdown(text);
}

function asMarkdown(text: string): DocumentFragment {
  const template = document.createElement('template');
  template.innerHTML = markdown.render(text);
  return template.content;
}

/** A text as it is; each line is drawn once it is in sight. */
export function asLines(text: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  for (const line of text.split('\n')) {
    const element = document.createElement('div');
    element.className = 'line';
    element.textContent = `${line}\n`;
    fragment.append(element);
  }
  return fragment;
}
