// Waiting for a condition, with a limit and a message that says what was there instead.
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { LIMIT_MS } from './browser.mjs';

const EVERY_MS = 40;

/** What `read` answers as soon as `accept` says yes to it. */
export async function until(what, read, accept = Boolean, limitMs = LIMIT_MS) {
  const limit = Date.now() + limitMs;
  for (;;) {
    const value = await read();
    if (accept(value)) return value;
    if (Date.now() > limit) {
      throw new Error(`${what}: not within ${limitMs} ms; there is ${JSON.stringify(value)}`);
    }
    await pause(EVERY_MS);
  }
}

export function untilEqual(what, read, expected, limitMs) {
  const accept = (value) => isDeepStrictEqual(value, expected);
  return until(`${what} = ${JSON.stringify(expected)}`, read, accept, limitMs);
}
