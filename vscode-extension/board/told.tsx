/** What the user is told above the page. */

import type { Told } from './host';

export function ToldLine({ told: { sentence } }: { told: Told }) {
  return (
    <p role="alert" class={sentence ? 'told' : 'unseen'}>
      {sentence}
    </p>
  );
}
