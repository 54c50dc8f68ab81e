/** Which tests of which prompts a request of the Testing view is about. */

/** As much of a TestItem as matters here. */
export interface Item {
  id: string;
  parent?: Item | undefined;
  children: Iterable<[id: string, item: Item]>;
}

/** Tests of one prompt; `isWhole` where they are all that it has. */
export interface Asked<T> {
  prompt: T;
  items: T[];
  isWhole: boolean;
}

export function asked<T extends Item>(
  all: readonly T[],
  include: readonly T[] | undefined,
  exclude: readonly T[] | undefined,
): Asked<T>[] {
  const left = new Set(exclude);
  const wanted = new Set(include ?? all);
  return all
    .filter((prompt) => !left.has(prompt))
    .map((prompt) => {
      const children = [...prompt.children].map(([, item]) => item as T);
      const items = children.filter(
        (item) => !left.has(item) && (wanted.has(prompt) || wanted.has(item)),
      );
      return { prompt, items, isWhole: items.length === children.length };
    })
    .filter(({ items }) => items.length > 0);
}
