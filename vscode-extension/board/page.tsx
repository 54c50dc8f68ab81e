/** The whole page: a board, or one response. */

import { useEffect, useState } from 'preact/hooks';
import type { Board as BoardData, RunPage } from '../src/protocol';
import { Board } from './board';
import type { Host } from './host';
import { RunDialog } from './run/dialog';
import { RunView } from './run/view';

export function Page({ host }: { host: Host }) {
  const [shown, show] = useState<BoardData | RunPage | null>(null);
  const [told, setTold] = useState('');
  useEffect(() => host.follow(show, setTold), [host]);
  if (!shown) {
    return <p class="loading">{told || 'Loading…'}</p>;
  }
  return 'arms' in shown ? (
    <Board board={shown} host={host} told={told} />
  ) : (
    <OneRun page={shown} host={host} told={told} />
  );
}

function OneRun({ page, host, told }: { page: RunPage; host: Host; told: string }) {
  const [tried, open] = useState('');
  return (
    <>
      <header class="top">
        <h1>{page.title}</h1>
      </header>
      <p role="alert" class={told ? 'told' : 'unseen'}>
        {told}
      </p>
      <main>
        <RunView page={page} open={host.readRun && open} />
      </main>
      {tried && host.readRun && (
        <RunDialog run={tried} read={host.readRun} close={() => open('')} />
      )}
    </>
  );
}
