/** What an assertion says of a response. */

import type { Score } from '../../src/protocol';

export function Reason({ score: { assertion, passed, reason } }: { score: Score }) {
  const kind = passed === null ? 'none' : passed ? 'pass' : 'fail';
  const value =
    assertion.value === null || typeof assertion.value === 'object'
      ? ''
      : `: ${String(assertion.value)}`;
  return (
    <li class={kind}>
      <span class="outcome">{{ none: '–', pass: '✓', fail: '✗' }[kind]}</span>{' '}
      <span class="assertion">{`${assertion.not ? 'not-' : ''}${assertion.type}${value}`}</span>
      {assertion.metric && <span class="badge">{assertion.metric}</span>} {reason}
    </li>
  );
}
