/** The progress of runs, as a notification that cancels them, as long as no page in sight shows it. */

import { type Disposable, type Event, ProgressLocation, window } from 'vscode';
import type {
  ProgressToken,
  WorkDoneProgressBegin,
  WorkDoneProgressEnd,
  WorkDoneProgressReport,
} from 'vscode-languageclient';

type Value = WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd;

/** What is over before need not be seen, and a page has come into sight by then. */
const PATIENCE_MS = 600;

/** How long a page may be out of sight until another takes its place. */
const CHANGE_MS = 200;

/** What goes on, and the notification of it while there is one. */
interface Going {
  title: string;
  timer: NodeJS.Timeout | undefined;
  latest: WorkDoneProgressReport | undefined;
  shown: { report(value: WorkDoneProgressReport): void; leave(): void } | undefined;
}

export class ProgressNotifications {
  private readonly going = new Map<ProgressToken, Going>();
  private listening: Disposable | undefined;
  private timer: NodeJS.Timeout | undefined;

  /** `isInSight` says whether a page shows what has this title, `onSightChanged` that it may say something else. */
  constructor(
    private readonly cancel: (token: ProgressToken) => void,
    private readonly isInSight: (title: string) => boolean,
    private readonly onSightChanged: Event<void>,
  ) {}

  /** `next` is how the client would show it. */
  handle(token: ProgressToken, value: Value, next: (token: ProgressToken, value: Value) => void) {
    const going = this.going.get(token);
    if (value.kind === 'begin' && value.cancellable) {
      this.begin(token, value.title);
    } else if (!going) {
      next(token, value);
    } else if (value.kind === 'report') {
      going.latest = value;
      going.shown?.report(value);
    } else {
      this.end(token, going);
    }
  }

  /** Nothing goes on any more, since the server is gone. */
  endAll(): void {
    for (const [token, going] of this.going) {
      this.end(token, going);
    }
  }

  private begin(token: ProgressToken, title: string): void {
    const going: Going = { title, timer: undefined, latest: undefined, shown: undefined };
    going.timer = setTimeout(() => {
      going.timer = undefined;
      this.look(token, going);
    }, PATIENCE_MS);
    this.going.set(token, going);
    this.listening ??= this.onSightChanged(() => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.lookAtAll(), CHANGE_MS);
    });
  }

  private end(token: ProgressToken, { timer, shown }: Going): void {
    this.going.delete(token);
    clearTimeout(timer);
    shown?.leave();
    if (this.going.size === 0) {
      this.listening?.dispose();
      this.listening = undefined;
    }
  }

  private lookAtAll(): void {
    for (const [token, going] of this.going) {
      if (!going.timer) {
        this.look(token, going);
      }
    }
  }

  /** Has a notification where no page is in sight, and only there. */
  private look(token: ProgressToken, going: Going): void {
    if (this.isInSight(going.title)) {
      going.shown?.leave();
      going.shown = undefined;
    } else if (!going.shown) {
      this.notify(token, going);
    }
  }

  private notify(token: ProgressToken, going: Going): void {
    const { title } = going;
    const options = { location: ProgressLocation.Notification, title, cancellable: true };
    let leave: () => void = () => undefined;
    const left = new Promise<void>((resolve) => {
      leave = resolve;
    });
    const shown: Going['shown'] = { report: () => undefined, leave };
    going.shown = shown;
    window.withProgress(options, (progress, cancelled) => {
      cancelled.onCancellationRequested(() => this.cancel(token));
      let reached = 0;
      shown.report = ({ message, percentage }) => {
        const increment = percentage === undefined ? 0 : Math.max(0, percentage - reached);
        reached += increment;
        progress.report({ ...(message === undefined ? {} : { message }), increment });
      };
      if (going.latest) {
        shown.report(going.latest);
      }
      return left;
    });
  }
}
