/** How figures and moments are written. */

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

export function count(amount: number, noun: string): string {
  return `${amount.toLocaleString('en')} ${noun}${amount === 1 ? '' : 's'}`;
}

export function money(usd: number): string {
  if (usd === 0) {
    return '$0';
  }
  return usd >= 1 ? `$${usd.toFixed(2)}` : `$${Number(usd.toPrecision(2)).toFixed(digits(usd))}`;
}

function digits(usd: number): number {
  return Math.min(6, Math.max(2, 1 - Math.floor(Math.log10(usd))));
}

/** `1.2 s · 340 tokens · $0.0004`, or how the run stands. */
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
  return figures.filter(Boolean).join(' · ') || 'done';
}

export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 60) {
    return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  }
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** `+3 −1 lines · 128 words (+12)`; `before` is the version before it, if that is kept. */
export function changes(version: Version, before: Version | undefined): string {
  const words = count(version.words, 'word');
  if (!before && version.linesAdded === 0 && version.linesRemoved === 0) {
    return words;
  }
  const lines = `+${version.linesAdded} −${version.linesRemoved} lines`;
  const more = before ? version.words - before.words : 0;
  const difference = more === 0 ? '' : ` (${more > 0 ? '+' : '−'}${Math.abs(more)})`;
  return `${lines} · ${words}${difference}`;
}
