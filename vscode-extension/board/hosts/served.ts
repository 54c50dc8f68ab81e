/** The page from `fourfold view`: boards come as events, and what is asked goes back. */

import type { Board } from '../../src/protocol';
import type { MissingInput } from '../../src/runs/askedInputs';
import type { Host, Told } from '../host';

const KEPT = 'fourfold';
const LOST = 'Nothing answers any more; open the board again to go on.';
const REFUSED = 'This was refused; open the board again.';

export function servedHost(): Host {
  let tell: (told: Told) => void = () => {};
  const say = (sentence: string, missing: MissingInput[] = []) =>
    tell({ sentence, missing: missing.map(({ name }) => name) });
  return {
    follow(show, toTell) {
      tell = toTell;
      // The token has let the browser in; it need not stay in the history.
      history.replaceState(null, '', '/');
      let known: Board | undefined;
      const events = new EventSource('events');
      events.addEventListener('board', ({ data }) => {
        // What has not changed since the last one is not sent again.
        known = { ...known, ...JSON.parse(data) } as Board;
        show(known);
      });
      events.addEventListener('told', ({ data }) => say(JSON.parse(data)));
      events.addEventListener('error', () => say(LOST));
      events.addEventListener('open', () => say(''));
    },
    act(action) {
      say(''); // before, since what comes of it may be told while it goes on
      void fetch('act', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(action),
      }).then(
        async (answer) => {
          if (answer.ok) {
            return;
          }
          if (answer.headers.get('Content-Type')?.startsWith('application/json')) {
            const { message, missing } = await answer.json();
            say(message, missing);
          } else {
            say((await answer.text()) || REFUSED);
          }
        },
        () => say(LOST),
      );
    },
    async readRun(run) {
      const answer = await fetch(`run?id=${encodeURIComponent(run)}`);
      if (!answer.ok) {
        throw new Error((await answer.text()) || REFUSED);
      }
      return answer.json();
    },
    give: null,
    kept() {
      return JSON.parse(sessionStorage.getItem(KEPT) ?? '{}');
    },
    keep(kept) {
      sessionStorage.setItem(KEPT, JSON.stringify(kept));
    },
  };
}
