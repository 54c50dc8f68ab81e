/** How figures and moments are written: figures as the server writes them in lenses. */

import type { RunSummary, Version } from './protocol';

export function ago(iso: string, now: Date = new Date()): string {
  const seconds = Math.max(0, (now.getTime() - new Date(iso).getTime()) / 1000);
  const units: [number, string][] = [
    [60, 'second'],
    [60, 'minute'],
    [24, 'hour'],
    [7, 'day'],
    [52, 'week'],
  ];
  let amount = seconds;
  let unit = 'second';
  for (const [size, name] of units) {
    unit = name;
    if (amount < size) {
      break;
    }
    if (name !== 'week') {
      amount /= size;
    }
  }
  const whole = Math.floor(amount);
  return unit === 'second' ? 'just now' : `${count(whole, unit)} ago`;
}

/** `26 Nov 2026, 03:48:10`, where the user is. */
export function moment(iso: string): string {
  return new Date(iso).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
}

export function count(amount: number, noun: string): string {
  return `${amount.toLocaleString('en')} ${noun}${amount === 1 ? '' : 's'}`;
}

export function money(usd: number): string {
  if (usd === 0) {
    return '$0';
  }
  if (usd < 0.0001) {
    return '<$0.0001';
  }
  return `$${usd.toFixed(usd < 1 ? 4 : 2)}`;
}

/** `1.2 s · 340 tokens · $0.0004`, and that it is not whole; or how the run stands. */
export function result(run: RunSummary): string {
  if (run.status !== 'succeeded') {
    return { queued: 'waiting', running: 'running', failed: 'failed', cancelled: 'cancelled' }[
      run.status
    ];
  }
  const figures = [
    run.durationMs === null ? '' : duration(run.durationMs),
    run.outputTokens === null ? '' : count(run.outputTokens, 'token'),
    run.costUsd === null ? '' : money(run.costUsd),
  ];
  return [
    figures.filter(Boolean).join(' · ') || 'done',
    run.truncated ? 'cut off at the limit of tokens' : '',
    run.tries.length > 0 ? `${count(run.tries.length, 'response')} before it did not fit` : '',
  ]
    .filter(Boolean)
    .join(' · ');
}

export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  const whole = Math.round(seconds);
  if (whole >= 60) {
    return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  }
  return `${seconds.toFixed(seconds < 0.1 && seconds > 0 ? 2 : 1)} s`;
}

/** `+3 −1 lines · 128 words` */
export function changes(version: Version): string {
  return [lineChanges(version), count(version.words, 'word')].filter(Boolean).join(' · ');
}

/** `+3 −1 lines`, without what is 0; empty where both are. */
export function lineChanges({ linesAdded, linesRemoved }: Version): string {
  const parts = [linesAdded ? `+${linesAdded}` : '', linesRemoved ? `−${linesRemoved}` : ''];
  const written = parts.filter(Boolean).join(' ');
  return written && `${written} ${linesAdded + linesRemoved === 1 ? 'line' : 'lines'}`;
}
