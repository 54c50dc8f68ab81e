/** The progress of runs, as a notification that cancels them, where no page in sight shows it. */

import { ProgressLocation, window } from 'vscode';
import type {
  ProgressToken,
  WorkDoneProgressBegin,
  WorkDoneProgressEnd,
  WorkDoneProgressReport,
} from 'vscode-languageclient';

type Value = WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd;

/** What is over before need not be seen, and a page has come into sight by then. */
const PATIENCE_MS = 600;

interface Latest {
  report: WorkDoneProgressReport | undefined;
  /** Shows a report, once there is a notification. */
  show: ((report: WorkDoneProgressReport) => void) | undefined;
}

interface Shown {
  report(value: WorkDoneProgressReport): void;
  end(): void;
}

export class ProgressNotifications {
  private readonly shown = new Map<ProgressToken, Shown>();

  /** `isInSight` says whether a page shows what has this title. */
  constructor(
    private readonly cancel: (token: ProgressToken) => void,
    private readonly isInSight: (title: string) => boolean,
  ) {}

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

  private begin(token: ProgressToken, { title }: WorkDoneProgressBegin): void {
    let done: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      done = resolve;
    });
    const latest: Latest = { report: undefined, show: undefined };
    const timer = setTimeout(() => {
      if (!this.isInSight(title)) {
        this.notify(token, title, ended, latest);
      }
    }, PATIENCE_MS);
    this.shown.set(token, {
      report: (report) => {
        latest.report = report;
        latest.show?.(report);
      },
      end: () => {
        clearTimeout(timer);
        done();
      },
    });
  }

  private notify(token: ProgressToken, title: string, ended: Promise<void>, latest: Latest): void {
    const options = { location: ProgressLocation.Notification, title, cancellable: true };
    window.withProgress(options, (progress, cancelled) => {
      cancelled.onCancellationRequested(() => this.cancel(token));
      let reached = 0;
      latest.show = ({ message, percentage }) => {
        const increment = percentage === undefined ? 0 : Math.max(0, percentage - reached);
        reached += increment;
        progress.report({ ...(message === undefined ? {} : { message }), increment });
      };
      if (latest.report) {
        latest.show(latest.report);
      }
      return ended;
    });
  }
}
