/** The progress of runs, as a notification that cancels them. */

import { ProgressLocation, window } from 'vscode';
import type {
  ProgressToken,
  WorkDoneProgressBegin,
  WorkDoneProgressEnd,
  WorkDoneProgressReport,
} from 'vscode-languageclient';

type Value = WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd;

interface Shown {
  report(value: WorkDoneProgressReport): void;
  end(): void;
}

export class ProgressNotifications {
  private readonly shown = new Map<ProgressToken, Shown>();

  constructor(private readonly cancel: (token: ProgressToken) => void) {}

  /** `next` is how the client would show it. */
  handle(token: ProgressToken, value: Value, next: (token: ProgressToken, value: Value) => void) {
    if (value.kind === 'begin' && value.cancellable) {
      this.begin(token, value);
      return;
    }
    const shown = this.shown.get(token);
    if (!shown) {
      next(token, value);
    } else if (value.kind === 'report') {
      shown.report(value);
    } else {
      this.shown.delete(token);
      shown.end();
    }
  }

  /** Nothing goes on any more, since the server is gone. */
  endAll(): void {
    for (const shown of this.shown.values()) {
      shown.end();
    }
    this.shown.clear();
  }

  private begin(token: ProgressToken, value: WorkDoneProgressBegin): void {
    let done: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      done = resolve;
    });
    let latest: WorkDoneProgressReport | undefined;
    let show = (report: WorkDoneProgressReport) => {
      latest = report;
    };
    this.shown.set(token, { report: (report) => show(report), end: () => done() });
    const options = {
      location: ProgressLocation.Notification,
      title: value.title,
      cancellable: true,
    };
    window.withProgress(options, (progress, cancelled) => {
      cancelled.onCancellationRequested(() => this.cancel(token));
      let reached = 0;
      show = ({ message, percentage }) => {
        const increment = percentage === undefined ? 0 : Math.max(0, percentage - reached);
        reached += increment;
        progress.report({ ...(message === undefined ? {} : { message }), increment });
      };
      if (latest) {
        show(latest);
      }
      return ended;
    });
  }
}
