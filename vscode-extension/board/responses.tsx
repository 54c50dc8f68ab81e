/** The responses side by side, below their headers, and what differs in their prompts. */

import { useState } from 'preact/hooks';
import { isGoingOn } from '../src/runs/goingOn';
import { Compared, type Text } from './answers/compared';
import type { Column } from './columns';
import { Head, type HeadProps } from './head';

export interface ResponsesProps extends Pick<HeadProps, 'act' | 'run' | 'open'> {
  all: Column[];
  base: number;
  focus: number;
  onBase: (key: string) => void;
  /** Leaves a column out; null where all have to stay. */
  hide: ((key: string) => void) | null;
}

export function Responses({ all, base, focus, onBase, hide, ...acting }: ResponsesProps) {
  const held = all[base];
  if (!held) {
    return null;
  }
  const answers = all.map(({ key, arm, run }): Text => {
    const ended = run !== null && !isGoingOn(run);
    const cutOff = run !== null && (run.truncated || run.status !== 'succeeded');
    return { key, label: arm.version.label, text: run?.response ?? '', ended, cutOff };
  });
  const prompts = all.map(
    ({ key, arm }): Text => ({ key, label: arm.version.label, text: arm.text, ended: true }),
  );
  const differs = new Set(prompts.map(({ text }) => text)).size > 1;
  return (
    <div
      role="grid"
      class="grid"
      aria-label="Responses"
      style={{ '--columns': String(all.length) }}
    >
      <div role="row" class="row heads">
        {all.map((column, at) => (
          <Head
            key={column.key}
            column={column}
            all={all}
            place={at}
            isBase={at === base}
            base={held}
            hasFocus={at === focus}
            byRun={column.key !== column.arm.version.label}
            onBase={() => onBase(column.key)}
            hide={hide && (() => hide(column.key))}
            {...acting}
          />
        ))}
      </div>
      {differs && <Prompts texts={prompts} base={base} />}
      <Compared texts={answers} base={base} />
    </div>
  );
}

function Prompts({ texts, base }: { texts: Text[]; base: number }) {
  const [isOpen, open] = useState(false);
  const differing = texts.filter(({ text }) => text !== texts[base]?.text);
  const labels = [...new Set(differing.map(({ label }) => label))];
  return (
    <>
      <div role="row" class="fold">
        <div role="gridcell">
          <button type="button" class="unfold" aria-expanded={isOpen} onClick={() => open(!isOpen)}>
            <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span>
            {` Prompts: ${labels.join(', ')} ${labels.length > 1 ? 'differ' : 'differs'} from ${texts[base]?.label}`}
          </button>
        </div>
      </div>
      {isOpen && <Compared texts={texts} base={base} source />}
    </>
  );
}
