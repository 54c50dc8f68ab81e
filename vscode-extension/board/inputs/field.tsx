/** A field for one input. */

import type { BoardInput } from '../../src/protocol';
import { written } from './values';

export interface FieldProps {
  input: BoardInput;
  text: string;
  wrong: string | undefined;
  type: (text: string) => void;
}

const MOST_ROWS = 8;

export function Field({ input, text, wrong, type }: FieldProps) {
  const { name, kind, description, value, example, optional } = input;
  const own = written(value);
  const id = `input-${name}`;
  const rows = Math.min(MOST_ROWS, Math.max(2, (text || own).split('\n').length));
  const same = {
    id,
    'aria-describedby': `${id}-hint`,
    'aria-invalid': wrong ? (true as const) : undefined,
  };
  return (
    <div class="field">
      <label class="title" for={id}>
        {name} <span class="kind">{kind}</span>
      </label>
      {kind === 'boolean' ? (
        <select {...same} value={text} onChange={({ currentTarget }) => type(currentTarget.value)}>
          <option value="">{own ? `as the prompt has it: ${own}` : 'no value'}</option>
          <option>true</option>
          <option>false</option>
        </select>
      ) : kind === 'integer' || kind === 'float' ? (
        <input
          {...same}
          type="text"
          inputMode="decimal"
          value={text}
          placeholder={own}
          onInput={({ currentTarget }) => type(currentTarget.value)}
        />
      ) : (
        <textarea
          {...same}
          rows={rows}
          value={text}
          placeholder={own}
          onInput={({ currentTarget }) => type(currentTarget.value)}
        />
      )}
      <span
        class={wrong ? 'hint bad' : 'hint'}
        id={`${id}-hint`}
        role={wrong ? 'alert' : undefined}
      >
        {wrong ?? [description, source(own, example, optional)].filter(Boolean).join(' ')}
      </span>
    </div>
  );
}

function source(own: string, example: boolean, optional: boolean): string {
  if (own) {
    return example ? 'Left empty it is the example.' : 'Left empty it is the default.';
  }
  return optional ? 'May be left empty.' : '';
}

interface SetsProps {
  sets: { name: string; inputs: Record<string, unknown> }[];
  set: string;
  choose: (set: string, typed: Record<string, string>) => void;
}

/** Named values for all fields; nothing where there are none. */
export function Sets({ sets, set, choose }: SetsProps) {
  if (sets.length === 0) {
    return null;
  }
  const take = (name: string) => {
    const values = sets.find((one) => one.name === name)?.inputs ?? {};
    const fields = Object.entries(values).map(([input, value]) => [input, written(value)]);
    choose(name, Object.fromEntries(fields));
  };
  return (
    <label class="field">
      <span class="title">Values of</span>
      <select value={set} onChange={({ currentTarget }) => take(currentTarget.value)}>
        <option value="">the prompt itself</option>
        {sets.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}

/** Ctrl+Enter sends a form from wherever one types. */
export function sendOnCtrlEnter(event: KeyboardEvent): void {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    (event.currentTarget as HTMLFormElement).requestSubmit();
  }
}
