/** Marks parts of a rendered text, by where they stand in all of its text. */

import type { Span } from '../diff/diff';

/** Wraps the spans of a fragment's text in elements; those that are only spaces are left alone. */
export function mark(root: Node, spans: Span[], element: 'ins' | 'del'): void {
  if (spans.length === 0) {
    return;
  }
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let [at, next] = [0, 0];
  for (let node = texts.nextNode() as Text | null; node; ) {
    const following = texts.nextNode() as Text | null;
    const end = at + node.data.length;
    let start = at;
    let rest = node;
    for (let span = spans[next]; span && span.start < end; span = spans[next]) {
      const from = Math.max(span.start, at);
      const to = Math.min(span.end, end);
      if (to > from && rest.data.slice(from - start, to - start).trim() !== '') {
        const marked = from > start ? rest.splitText(from - start) : rest;
        rest = to < end ? marked.splitText(to - from) : marked;
        const wrapper = document.createElement(element);
        marked.replaceWith(wrapper);
        wrapper.append(marked);
        start = to;
      }
      if (span.end > end) {
        break;
      }
      next++;
    }
    at = end;
    node = following;
  }
}
