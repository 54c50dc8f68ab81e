/** From difference to difference: what follows on the last one is part of it. */

const HERE = 'here';

/** The differences in sight of a filter, each the elements that mark it. */
function all(root: HTMLElement): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>('ins, del')].filter((one) => one.checkVisibility());
}

/** Goes to the next or the previous difference; where that is among how many. */
export function step(root: HTMLElement, by: 1 | -1): { at: number; of: number } {
  const differences = all(root);
  const old = differences.findIndex(({ classList }) => classList.contains(HERE));
  const from = old === -1 && by === -1 ? 0 : old;
  const at = differences.length > 0 ? (from + by + differences.length) % differences.length : -1;
  differences[old]?.classList.remove(HERE);
  const next = differences[at];
  next?.classList.add(HERE);
  next?.scrollIntoView({ block: 'center', inline: 'nearest' });
  return { at, of: differences.length };
}
