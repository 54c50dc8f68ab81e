/** What a prompt is given: a field for each of its inputs, and named values for all of them. */

import { useState } from 'preact/hooks';
import type { BoardAction, BoardInput, InputSet } from '../../src/protocol';
import { Field, Sets, sendOnCtrlEnter } from './field';
import { given, summary, type Typed, written } from './values';

export interface InputsProps {
  inputs: BoardInput[];
  sets: InputSet[];
  /** The name of the chosen set; empty for the values of the prompt itself. */
  set: string;
  typed: Typed;
  /** Those that a run cannot do without. */
  needed: string[];
  isOpen: boolean;
  change: (part: { set?: string; typed?: Typed; formIsOpen?: boolean }) => void;
  run: () => void;
  act: (action: BoardAction) => void;
}

export function Inputs({ inputs, sets, set, typed, needed, isOpen, ...acting }: InputsProps) {
  const { change, run, act } = acting;
  const { wrong } = given(inputs, typed, needed);
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
          onKeyDown={sendOnCtrlEnter}
        >
          <Sets sets={sets} set={set} choose={(set, typed) => change({ set, typed })} />
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
