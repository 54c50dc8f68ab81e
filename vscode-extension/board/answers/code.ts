/** Colours for code in responses: as elements with classes, around what is text. */

import type { LanguageFn } from 'highlight.js';
import highlighter from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import css from 'highlight.js/lib/languages/css';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import python from 'highlight.js/lib/languages/python';
import sql from 'highlight.js/lib/languages/sql';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';

/** Colours are worth no waiting: a line of many thousand letters takes seconds. */
const LONGEST = 10_000;
const LONGEST_LINE = 400;

const LANGUAGES: Record<string, LanguageFn> = {
  bash,
  css,
  javascript,
  json,
  python,
  sql,
  typescript,
  xml,
  yaml,
};
for (const [name, language] of Object.entries(LANGUAGES)) {
  highlighter.registerLanguage(name, language);
}

/** The code as HTML; empty, so that it is shown as text, where its language is none of ours. */
export function coloured(code: string, language: string): string {
  const isLong =
    code.length > LONGEST || code.split('\n').some(({ length }) => length > LONGEST_LINE);
  if (isLong || !highlighter.getLanguage(language)) {
    return '';
  }
  return highlighter.highlight(code, { language, ignoreIllegals: true }).value;
}
