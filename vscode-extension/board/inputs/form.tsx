/** What a prompt is given: a field for each of its inputs, and named values for all of them. */

import { useState } from 'preact/hooks';
import type { BoardAction, BoardInput, InputSet } from '../../src/protocol';
import { given, summary, type Typed, written } from './values';

export interface InputsProps {
  inputs: BoardInput[];
  sets: InputSet[];
  /** The name of the chosen set; empty for the values of the prompt itself. */
  set: string;
  typed: Typed;
  isOpen: boolean;
  change: (part: { set?: string; typed?: Typed; formIsOpen?: boolean }) => void;
  run: () => void;
  act: (action: BoardAction) => void;
}

export function Inputs({ inputs, sets, set, typed, isOpen, change, run, act }: InputsProps) {
  const { wrong } = given(inputs, typed);
  const choose = (name: string) => {
    const values = sets.find((one) => one.name === name)?.inputs ?? {};
    const fields = Object.entries(values).map(([input, value]) => [input, written(value)]);
    change({ set: name, typed: Object.fromEntries(fields) });
  };
  return (
    <section class="inputs" aria-label="Inputs">
      <button
        type="button"
        class="unfold"
        aria-expanded={isOpen}
        onClick={() => change({ formIsOpen: !isOpen })}
      >
        <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span>
        {` Inputs${set ? ` of “${set}”` : ''}: `}
        <span class="summary">{summary(inputs, typed)}</span>
      </button>
      {isOpen && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            run();
          }}
        >
          {sets.length > 0 && (
            <label class="field">
              <span class="title">Values of</span>
              <select value={set} onChange={({ currentTarget }) => choose(currentTarget.value)}>
                <option value="">the prompt itself</option>
                {sets.map(({ name }) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </label>
          )}
          {inputs.map((input) => (
            <Field
              key={input.name}
              input={input}
              text={typed[input.name] ?? ''}
              wrong={wrong[input.name]}
              type={(text) => change({ typed: { ...typed, [input.name]: text } })}
            />
          ))}
          <div class="bar">
            <button type="submit" class="main">
              Run all with these
            </button>
            <Keep inputs={inputs} typed={typed} act={act} />
          </div>
        </form>
      )}
    </section>
  );
}

interface FieldProps {
  input: BoardInput;
  text: string;
  wrong: string | undefined;
  type: (text: string) => void;
}

const MOST_ROWS = 8;

function Field({ input, text, wrong, type }: FieldProps) {
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
      ) : (
        <textarea
          {...same}
          rows={kind === 'integer' || kind === 'float' ? 1 : rows}
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

/** Keeps what the fields hold under a name, so that all versions can be held against it again. */
function Keep({ inputs, typed, act }: Pick<InputsProps, 'inputs' | 'typed' | 'act'>) {
  const [name, setName] = useState('');
  const { wrong } = given(inputs, typed);
  const isWhole = name.trim() !== '' && Object.keys(wrong).length === 0;
  const keep = () => {
    // All of them, so that it means the same when the prompt has other values of its own.
    const all = inputs.map((one) => ({ ...one, value: null }));
    const fields = inputs.map((one) => [one.name, typed[one.name] || written(one.value)]);
    const { values } = given(all, Object.fromEntries(fields));
    act({ action: 'keepInputs', name: name.trim(), inputs: values });
    setName('');
  };
  return (
    <span class="keep">
      <input
        type="text"
        aria-label="Name of these values"
        placeholder="Name"
        value={name}
        onInput={({ currentTarget }) => setName(currentTarget.value)}
      />
      <button
        type="button"
        disabled={!isWhole}
        title="Adds them to the tests beside the prompt, where you can say what an answer has to fulfil"
        onClick={keep}
      >
        Keep as a test
      </button>
    </span>
  );
}
