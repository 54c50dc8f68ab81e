/** A run over the board, and the tries that one looks at from there. */

import { useEffect, useState } from 'preact/hooks';
import type { RunPage } from '../../src/protocol';
import { Dialog } from '../dialog';
import { RunView } from './view';

export interface RunDialogProps {
  run: string;
  read: (run: string) => Promise<RunPage>;
  close: () => void;
}

export function RunDialog({ run, read, close }: RunDialogProps) {
  const [shown, show] = useState(run);
  const [page, setPage] = useState<RunPage | null>(null);
  const [told, tell] = useState('');
  useEffect(() => {
    read(shown).then(setPage, (error: Error) => tell(error.message));
  }, [shown, read]);
  return (
    <Dialog title={page ? `Response of ${page.title}` : 'Response'} close={close} wide>
      {told && <p class="state bad">{told}</p>}
      {page ? (
        <RunView page={page} open={show} act={null} />
      ) : (
        !told && <p class="state">Loading…</p>
      )}
    </Dialog>
  );
}
