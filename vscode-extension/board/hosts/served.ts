/** The page from `fourfold view`: boards come as events, and what is asked goes back. */

import type { Board } from '../../src/protocol';
import type { Host } from '../host';

const KEPT = 'fourfold';

export function servedHost(): Host {
  let say: (sentence: string) => void = () => {};
  return {
    follow(show, tell) {
      say = tell;
      let known: Board | undefined;
      const events = new EventSource('events');
      events.addEventListener('board', ({ data }) => {
        // What has not changed since the last one is not sent again.
        known = { ...known, ...JSON.parse(data) } as Board;
        show(known);
      });
      events.addEventListener('told', ({ data }) => tell(JSON.parse(data)));
      events.addEventListener('error', () => {
        if (events.readyState === EventSource.CLOSED) {
          tell('This page has lost `fourfold view`; start it again, and open its new address.');
        }
      });
    },
    act(action) {
      void fetch('act', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(action),
      }).then(
        async (answer) => {
          if (!answer.ok) {
            say(
              (await answer.text()) ||
                'This was refused; open the address of `fourfold view` again.',
            );
          }
        },
        () => say('`fourfold view` does not answer; start it again, and open its new address.'),
      );
    },
    kept() {
      return JSON.parse(sessionStorage.getItem(KEPT) ?? '{}');
    },
    keep(kept) {
      sessionStorage.setItem(KEPT, JSON.stringify(kept));
    },
  };
}
