// Rows of the table of figures, as tests/bench/README.md has them.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ROOT } from '../vscode/tools.mjs';

/** How often each figure is measured; the median counts. */
export const TIMES = 5;

const README = path.join(ROOT, 'tests/bench/README.md');
const [BEGIN, END] = ['<!-- figures in editors -->\n', '<!-- end of figures in editors -->\n'];
const HEAD = '| | Fourfold | compared with | ratio | target | |\n|---|--:|--:|--:|--:|:-:|\n';

export function median(values) {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}

/** A figure; `most` bounds it, where there is a bound. */
export function bounded(name, value, most, unit = 'ms') {
  const target = most === undefined ? '' : `≤ ${shown(most, unit)}`;
  return row(name, shown(value, unit), '', '', target, value <= most);
}

/** The same thing measured on both sides; `most` bounds ours / theirs, where there is a bound. */
export function compared(name, ours, theirs, most) {
  const ratio = ours / theirs;
  const figures = [shown(ours, 'ms'), shown(theirs, 'ms'), `${ratio.toFixed(2)} ×`];
  return row(name, ...figures, most ? `≤ ${most} ×` : '', ratio <= most);
}

/** Prints the rows, and keeps them in README.md. */
export function keep(rows) {
  const about = `${os.cpus().length} processors, ${os.type()} ${os.arch()}; medians of ${TIMES}.\n\n`;
  const table = `${about}${HEAD}${rows.join('')}`;
  console.log(table);
  const [before, rest] = fs.readFileSync(README, 'utf8').split(BEGIN);
  fs.writeFileSync(README, `${before}${BEGIN}${table}${END}${rest.split(END)[1]}`);
}

function row(name, ours, theirs, ratio, target, isMet) {
  const mark = target && (isMet ? '✓' : '✗');
  return `| ${[name, ours, theirs, ratio, target, mark].join(' | ')} |\n`;
}

function shown(value, unit) {
  return `${value.toLocaleString('en', { maximumFractionDigits: unit === 'ms' ? 0 : 1 })} ${unit}`;
}
