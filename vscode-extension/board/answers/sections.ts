/** Sections of rendered texts, side by side. */

import { common } from '../diff/common';

const HEADING = /^H[1-4]$/;

interface Section {
  title: string;
  nodes: Node[];
}

/** The parts of a rendered text, each from one heading to the next. */
function sections(root: Node): Section[] {
  const found: Section[] = [{ title: '', nodes: [] }];
  for (const node of [...root.childNodes]) {
    if (HEADING.test(node.nodeName)) {
      found.push({ title: (node.textContent ?? '').trim().toLowerCase(), nodes: [] });
    }
    found.at(-1)?.nodes.push(node);
  }
  return found;
}

/** Rows of cells, one of each text: a section of the base beside those of the same title. */
export function aligned(texts: Node[], base: number): Node[][][] {
  const all = texts.map(sections);
  const rows = (all[base] ?? []).map(() => texts.map((): Node[] => []));
  all.forEach((its, column) => {
    const places = column === base ? its.map((_, at) => at) : placesBeside(all[base] ?? [], its);
    its.forEach(({ nodes }, at) => {
      rows[places[at] as number]?.[column]?.push(...nodes);
    });
  });
  return rows;
}

/** For each section the row that it belongs to: that of its title, else that of the one before it. */
function placesBeside(base: Section[], its: Section[]): number[] {
  const numbers = new Map<string, number>();
  const ids = (list: Section[]) =>
    Int32Array.from(list, ({ title }) => {
      const id = numbers.get(title) ?? numbers.size;
      numbers.set(title, id);
      return id;
    });
  const [left, right] = [ids(base), ids(its)];
  const [keptBase, kept] = common(left, right, numbers.size);
  let [row, last] = [-1, 0];
  return its.map((_, at) => {
    if (kept[at]) {
      row++;
      while (!keptBase[row]) {
        row++;
      }
      last = row;
    }
    return last;
  });
}
