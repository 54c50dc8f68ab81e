/** The values that a prompt lacks, asked for in one form before it is run. */

import { useEffect, useRef, useState } from 'preact/hooks';
import type { AskedInputs, GivenInputs } from '../../src/runs/askedInputs';
import { Field, Sets, sendOnCtrlEnter } from './field';
import { given } from './values';

export interface AskProps {
  asked: AskedInputs;
  /** null where the user gives up. */
  give: (given: GivenInputs | null) => void;
}

export function AskInputs({ asked, give }: AskProps) {
  const { title, inputs, sets, missing } = asked;
  const [typed, setTyped] = useState(asked.typed);
  const [set, setSet] = useState('');
  const [sent, send] = useState<'' | 'tried' | 'given'>('');
  const form = useRef<HTMLFormElement>(null);
  const { values, wrong } = given(inputs, typed, missing);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-describedby]')?.focus();
  }, []);
  if (sent === 'given') {
    return <p class="loading">The model is asked…</p>;
  }
  const needed = (name: string) => missing.includes(name);
  // What is needed comes first: it may be all that is to be typed.
  const ordered = [...inputs].sort((a, b) => Number(needed(b.name)) - Number(needed(a.name)));
  const submit = () => {
    const [first] = ordered.filter(({ name }) => wrong[name]);
    if (first) {
      send('tried');
      document.getElementById(`input-${first.name}`)?.focus();
    } else {
      send('given');
      give({ values, typed });
    }
  };
  return (
    <>
      <header class="top">
        <h1>{title}</h1>
      </header>
      <main>
        <form
          ref={form}
          class="ask"
          aria-label={`Values for ${title}`}
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
          onKeyDown={(event) => {
            sendOnCtrlEnter(event);
            if (event.key === 'Escape') {
              give(null);
            }
          }}
        >
          <p class="lead">
            {missing.length === 1
              ? `A run needs a value for ${missing[0]}.`
              : `A run needs values for ${missing.slice(0, -1).join(', ')} and ${missing.at(-1)}.`}
          </p>
          <Sets
            sets={sets}
            set={set}
            choose={(name, texts) => {
              setSet(name);
              setTyped(texts);
            }}
          />
          {ordered.map((input) => (
            <Field
              key={input.name}
              input={input}
              text={typed[input.name] ?? ''}
              wrong={sent === 'tried' || typed[input.name] ? wrong[input.name] : undefined}
              type={(text) => setTyped({ ...typed, [input.name]: text })}
            />
          ))}
          <div class="bar">
            <button type="submit" class="main">
              Run
            </button>
            <button type="button" onClick={() => give(null)}>
              Cancel
            </button>
            <span class="hint">Ctrl+Enter runs, Escape cancels</span>
          </div>
        </form>
      </main>
    </>
  );
}
