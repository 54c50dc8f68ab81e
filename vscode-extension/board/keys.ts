/** The page's keys, wherever nothing is typed into. */

import { useEffect } from 'preact/hooks';

/** What a key does, by its name; false where it does nothing there, and the browser may have it. */
export type Keys = Record<string, (target: HTMLElement) => unknown>;

export function useKeys(keys: Keys): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      const isTyped = target.closest('input, select, textarea, dialog') !== null;
      if (event.ctrlKey || event.metaKey || event.altKey || isTyped) {
        return;
      }
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      if (keys[key] && keys[key](target) !== false) {
        event.preventDefault();
      }
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  });
}
