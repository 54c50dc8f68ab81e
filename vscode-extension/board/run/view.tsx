/** One response, with all that is kept of it. */

import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { count, duration, money } from '../../src/format';
import type { BoardAction, RunPage, RunSummary, WholeRun } from '../../src/protocol';
import { isGoingOn } from '../../src/runs/goingOn';
import { asLines, rendered } from '../answers/markdown';
import { FigureList, moment, State } from '../figures';
import { Rate } from '../head';
import { Reason } from '../tests/reason';

export interface RunViewProps {
  page: RunPage;
  /** Shows another run; null where none can be read. */
  open: ((run: string) => void) | null;
  /** null where the page can only be read. */
  act: ((action: BoardAction) => void) | null;
}

export function RunView({ page, open, act }: RunViewProps) {
  const { run, version, current, newer, older } = page;
  const [asText, setAsText] = useState(false);
  const label = version?.label ?? (run.version === null ? 'a text' : `v${run.version}`);
  return (
    <article class="run">
      <header class="head">
        <div class="title">
          <h2 class="label">
            {label}
            {version?.name && <span class="name"> {version.name}</span>}
          </h2>
          {run.version === current && <span class="badge current">● current</span>}
          {run.test !== null && <span class="badge">{`test: ${run.test}`}</span>}
          {run.cached && <span class="badge">taken over</span>}
        </div>
        {version?.change && <p class="change">{version.change}</p>}
        <p class="model">{`${run.model} · ${moment(run.started)}`}</p>
        <State run={run} newer={newer} />
        {run.adjustments.map((sentence) => (
          <p class="state" key={sentence}>
            {sentence}
          </p>
        ))}
        <FigureList figures={figures(run)} />
        <div class="actions">
          {act && <Acting page={page} act={act} />}
          {run.response && (
            <button type="button" aria-pressed={asText} onClick={() => setAsText(!asText)}>
              As text
            </button>
          )}
          {open && older && (
            <button type="button" onClick={() => open(older.id)}>
              {`Answer of ${moment(older.started)}`}
            </button>
          )}
          {open && newer && newer.id !== older?.id && (
            <button type="button" onClick={() => open(newer.id)}>
              Newest run
            </button>
          )}
        </div>
      </header>
      <div class="answer">
        {run.response ? (
          <Rendered text={run.response} source={asText} />
        ) : (
          <p class="state">{isGoingOn(run) ? 'Nothing has come yet.' : 'There is no text.'}</p>
        )}
      </div>
      {run.scores.length > 0 && (
        <Part title={count(run.scores.length, 'assertion')} open>
          <ul class="reasons">
            {run.scores.map((score, at) => (
              <Reason key={at} score={score} />
            ))}
          </ul>
        </Part>
      )}
      <Value page={page} />
      <Part title={`${count(run.messages.length, 'message')} sent`}>
        {run.messages.map(({ role, content }, at) => (
          <section key={at} aria-label={role}>
            <h3 class="role">{role}</h3>
            <Rendered text={content ?? ''} source />
          </section>
        ))}
      </Part>
      {Object.keys(page.inputs).length > 0 && (
        <Part title="Inputs">
          <Named values={page.inputs} />
        </Part>
      )}
      {Object.keys(run.parameters).length > 0 && (
        <Part title="Parameters">
          <Named values={run.parameters} />
        </Part>
      )}
      {run.tries.length > 0 && (
        <Part
          title={
            run.tries.length === 1 ? 'The try before it' : `${run.tries.length} tries before it`
          }
        >
          <ul class="tries">
            {run.tries.map((one) => (
              <Try key={one.id} run={one} open={open} />
            ))}
          </ul>
        </Part>
      )}
    </article>
  );
}

/** What can be done with the run: while it goes on, and once it is there. */
function Acting({ page, act }: { page: RunPage; act: (action: BoardAction) => void }) {
  const { run, version, current, inputs } = page;
  if (isGoingOn(run)) {
    return (
      <button type="button" onClick={() => act({ action: 'cancel', runs: [run.id] })}>
        Cancel
      </button>
    );
  }
  return (
    <>
      {version && (
        <button
          type="button"
          onClick={() => act({ action: 'run', versions: [version.number], inputs })}
        >
          Run again
        </button>
      )}
      {version && version.number !== current && (
        <button
          type="button"
          onClick={() => act({ action: 'makeCurrent', version: version.number })}
        >
          Make current
        </button>
      )}
      {run.response && <Rate run={run} act={act} />}
    </>
  );
}

function figures(run: WholeRun): { name: string; value: string }[] {
  const known: [string, string | null][] = [
    ['Time', run.durationMs === null ? null : duration(run.durationMs)],
    ['First words', run.firstTokenMs === null ? null : duration(run.firstTokenMs)],
    ['Tokens in', run.inputTokens?.toLocaleString('en') ?? null],
    ['Tokens out', run.outputTokens?.toLocaleString('en') ?? null],
    ['Cost', run.costUsd === null ? null : money(run.costUsd)],
  ];
  return known.flatMap(([name, value]) => (value === null ? [] : [{ name, value }]));
}

/** What the step has made of the response, where that is more than the response. */
function Value({ page: { run, said } }: { page: RunPage }) {
  if (!said && (run.value === null || run.value === run.response)) {
    return null;
  }
  const text = said || `\`\`\`json\n${JSON.stringify(run.value, null, 2)}\n\`\`\``;
  return (
    <Part title="What was made of it" open>
      <Rendered text={text} />
    </Part>
  );
}

interface PartProps {
  title: string;
  open?: boolean;
  children: ComponentChildren;
}

function Part({ title, open = false, children }: PartProps) {
  return (
    <details open={open}>
      <summary>{title}</summary>
      {children}
    </details>
  );
}

function Named({ values }: { values: Record<string, unknown> }) {
  return (
    <dl class="named">
      {Object.entries(values).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <Rendered
              text={typeof value === 'string' ? value : JSON.stringify(value, null, 2)}
              source
            />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Try({ run, open }: { run: RunSummary; open: RunViewProps['open'] }) {
  return (
    <li>
      {`${moment(run.started)}: ${run.error ?? run.status} `}
      {open && (
        <button type="button" onClick={() => open(run.id)}>
          Show
        </button>
      )}
    </li>
  );
}

function Rendered({ text, source = false }: { text: string; source?: boolean }) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(
    () => place.current?.replaceChildren(source ? asLines(text) : rendered(text)),
    [text, source],
  );
  return <div ref={place} class={source ? 'cell source' : 'cell'} />;
}
