/** Texts side by side, with the words marked that differ from those of the base. */

import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { type Difference, difference, united } from '../diff/diff';
import { asLines, rendered } from './markdown';
import { mark } from './marks';
import { aligned } from './sections';

export interface Text {
  key: string;
  label: string;
  text: string;
  /** Whether all of it is there, so that it can be compared. */
  ended: boolean;
  /** Whether it was cut off, so that it lacks what it would have had. */
  cutOff?: boolean;
}

export interface ComparedProps {
  texts: Text[];
  base: number;
  /** Whether they are shown as they are, line by line, and not as Markdown. */
  source?: boolean;
}

export function Compared({ texts, base, source = false }: ComparedProps) {
  const held = useMemo(
    () => sideBySide(texts, base, source),
    [base, source, ...texts.flatMap(({ key, text, ended }) => [key, text, ended])],
  );
  return (
    <>
      {held.map((row, index) => (
        <div role="row" key={index} class={row.differs ? 'row' : 'row same'}>
          {row.cells.map((nodes, column) => (
            <Cell key={texts[column]?.key} nodes={nodes} source={source} />
          ))}
        </div>
      ))}
    </>
  );
}

function Cell({ nodes, source }: { nodes: Node[]; source: boolean }) {
  const cell = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => cell.current?.replaceChildren(...nodes), [nodes]);
  return <div role="gridcell" ref={cell} class={source ? 'cell source' : 'cell'} />;
}

interface Row {
  cells: Node[][];
  differs: boolean;
}

function sideBySide(texts: Text[], base: number, source: boolean): Row[] {
  const fragments = texts.map(({ text }) => (source ? asLines(text) : rendered(text)));
  for (const [at, fragment] of fragments.entries()) {
    markDifferences(texts, fragments, base, at, fragment);
  }
  const cells = source ? [fragments.map((one) => [...one.childNodes])] : aligned(fragments, base);
  return cells
    .filter((row) => row.some((nodes) => nodes.length > 0))
    .map((row) => ({ cells: row, differs: row.flat().filter(isMarked).length > 0 }));
}

/** Notes which elements have no difference in them, and says whether there is one. */
function isMarked(node: Node): boolean {
  const marked = node instanceof Element && node.querySelector('ins, del') !== null;
  if (node instanceof Element) {
    node.classList.toggle('same', !marked);
  }
  return marked;
}

const known = new Map<string, Difference>();
const MOST_KNOWN = 24;

/** What was compared is remembered, as a filter or another base asks again. */
function differenceOf(old: string, now: string): Difference {
  const key = `${old.length} ${old}${now}`;
  const found = known.get(key) ?? difference(old, now);
  known.delete(key);
  known.set(key, found);
  if (known.size > MOST_KNOWN) {
    known.delete(known.keys().next().value ?? '');
  }
  return found;
}

function markDifferences(
  texts: Text[],
  fragments: DocumentFragment[],
  base: number,
  at: number,
  fragment: DocumentFragment,
): void {
  const written = fragments.map((one) => one.textContent ?? '');
  const compared = texts.map(({ ended, text }) => ended && text !== '');
  if (!compared[base] || !compared[at]) {
    return;
  }
  const held = (other: number) => differenceOf(written[base] ?? '', written[other] ?? '');
  if (at !== base) {
    mark(fragment, held(at).added, 'ins');
    return;
  }
  const others = texts
    .map((_, other) => other)
    .filter((other) => other !== base && compared[other] && !texts[other]?.cutOff);
  mark(fragment, united(others.map((other) => held(other).removed)), 'del');
}
