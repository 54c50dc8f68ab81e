// A reporter of node:test: one JSON object a line for each test that ended, and for each that was tried again.
import { AGAIN } from './tries.mjs';

export default async function* report(events) {
  for await (const { type, data } of events) {
    if (type === 'test:stderr' || type === 'test:stdout') {
      yield `${JSON.stringify({ output: data.message })}\n`;
    } else if (type === 'test:diagnostic' && data.message.startsWith(AGAIN)) {
      yield `${JSON.stringify({ again: data.message })}\n`;
    } else if (type === 'test:pass' || type === 'test:fail') {
      const error = data.details.error?.cause ?? data.details.error;
      yield `${JSON.stringify({
        name: data.name,
        passed: type === 'test:pass',
        seconds: data.details.duration_ms / 1000,
        error: error ? (error.stack ?? String(error)) : '',
      })}\n`;
    }
  }
}
