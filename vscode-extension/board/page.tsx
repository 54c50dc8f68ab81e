/** The whole page: a board, one response, or the form for what a run lacks. */

import { useEffect, useState } from 'preact/hooks';
import type { RunPage } from '../src/protocol';
import { Board } from './board';
import type { Host, Kept, Shown, Told } from './host';
import { AskInputs } from './inputs/ask';
import { RunDialog } from './run/dialog';
import { RunView } from './run/view';
import { ToldLine } from './told';

const NOTHING: Told = { sentence: '', missing: [] };

export function Page({ host }: { host: Host }) {
  const [shown, setShown] = useState<Shown | null>(null);
  const [chosen, setChosen] = useState<Kept | undefined>(undefined);
  const [told, tell] = useState(NOTHING);
  useEffect(() => {
    host.follow((next, kept) => {
      setShown(next);
      if (kept) {
        setChosen(kept);
      }
    }, tell);
  }, [host]);
  if (!shown) {
    return <p class="loading">{told.sentence || 'Loading…'}</p>;
  }
  if ('arms' in shown) {
    return <Board board={shown} host={host} told={told} chosen={chosen} />;
  }
  if ('missing' in shown) {
    // The same question, told again, takes nobody out of the field in which they type.
    const key = [shown.uri, ...shown.missing].join(' ');
    return host.give && <AskInputs key={key} asked={shown} give={host.give} />;
  }
  return <OneRun page={shown} host={host} told={told} />;
}

function OneRun({ page, host, told }: { page: RunPage; host: Host; told: Told }) {
  const [tried, open] = useState('');
  return (
    <>
      <header class="top">
        <h1>{page.title}</h1>
      </header>
      <ToldLine told={told} />
      <main>
        <RunView page={page} open={host.readRun && open} act={host.act} />
      </main>
      {tried && host.readRun && (
        <RunDialog run={tried} read={host.readRun} close={() => open('')} />
      )}
    </>
  );
}
