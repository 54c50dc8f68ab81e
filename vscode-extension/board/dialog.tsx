/** A dialog over the page; Escape closes it. */

import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

export interface DialogProps {
  title: string;
  close: () => void;
  wide?: boolean;
  children: ComponentChildren;
}

export function Dialog({ title, close, wide = false, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    // showModal would take the focus to what had none before.
    const before = document.activeElement as HTMLElement | null;
    dialog.current?.showModal();
    return () => before?.focus();
  }, []);
  return (
    <dialog ref={dialog} class={wide ? 'wide' : undefined} aria-label={title} onClose={close}>
      <header>
        <h2>{title}</h2>
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </header>
      <div class="content">{children}</div>
    </dialog>
  );
}

const KEYS: [string, string][] = [
  ['1 – 4', 'Compare the others with this column'],
  ['← →', 'Go to the column beside'],
  ['n, p', 'Next difference, previous difference'],
  ['w', 'Show or hide the marks on words'],
  ['d', 'Only what differs'],
  ['t', 'Tests, or responses'],
];
const ACTING: [string, string][] = [
  ['r', 'Run the version of the column'],
  ['Enter', 'Make the version of the column current'],
];

export function Help({ acts, close }: { acts: boolean; close: () => void }) {
  return (
    <Dialog title="Keys" close={close}>
      <dl class="keys">
        {[...KEYS, ...(acts ? ACTING : []), ['?', 'This list']].map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
