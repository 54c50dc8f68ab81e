/** The tests that go on, from their start here, or anywhere else in this window, to their end. */

import type { StartedTests, TestsNews } from '../protocol';

export interface Started {
  /** Of its report. */
  id: string;
  /** Rejects where its server is gone before. */
  ended: Promise<void>;
}

interface Waiting {
  resolve(): void;
  reject(error: Error): void;
}

export class Matrices {
  private readonly waiting = new Map<string, Waiting>();
  /** What has ended and is nobody's yet: its end may be told of before its start is answered. */
  private readonly unclaimed = new Map<string, TestsNews>();
  private starting = 0;

  /** `onOthers` is told of those that have ended and were not started here. */
  constructor(private readonly onOthers: (news: TestsNews) => void) {}

  async start(ask: () => Promise<StartedTests>): Promise<Started> {
    this.starting++;
    try {
      const { id } = await ask();
      const ended = this.unclaimed.delete(id)
        ? Promise.resolve()
        : new Promise<void>((resolve, reject) => this.waiting.set(id, { resolve, reject }));
      return { id, ended };
    } finally {
      this.starting--;
      this.tellOthers();
    }
  }

  note(news: TestsNews): void {
    if (news.goesOn) {
      return;
    }
    const waiting = this.waiting.get(news.id);
    if (waiting) {
      this.waiting.delete(news.id);
      waiting.resolve();
    } else {
      this.unclaimed.set(news.id, news);
      this.tellOthers();
    }
  }

  /** Nothing goes on any more, since the server is gone. */
  interrupt(): void {
    for (const { reject } of this.waiting.values()) {
      reject(new Error('The server has ended; run the tests again.'));
    }
    this.waiting.clear();
    this.unclaimed.clear();
  }

  private tellOthers(): void {
    if (this.starting === 0) {
      const others = [...this.unclaimed.values()];
      this.unclaimed.clear();
      others.forEach(this.onOthers);
    }
  }
}
