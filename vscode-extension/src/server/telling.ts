/**
 * When VS Code is told that lenses are others. It asks a while after it was told, or after the text was edited, and
 * begins to wait anew when it is told again meanwhile: what changes until it asks, it need not be told of.
 */
export class Telling {
  private waiting: NodeJS.Timeout | undefined;
  private isUntold = false;

  /** `patienceMs` is more than VS Code waits: a quarter of a second, or as long as answers take. */
  constructor(
    private readonly tell: () => void,
    private readonly patienceMs = 1_000,
  ) {}

  /** Lenses are others now. */
  changed(): void {
    if (this.waiting) {
      this.isUntold = true;
    } else {
      this.tell();
      this.expected();
    }
  }

  /** VS Code is going to ask, unless the text loses the focus before. */
  expected(): void {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      this.waiting = undefined;
      if (this.isUntold) {
        this.isUntold = false;
        this.changed();
      }
    }, this.patienceMs);
  }

  /** VS Code asks: the answer has all that has changed. */
  asked(): void {
    clearTimeout(this.waiting);
    this.waiting = undefined;
    this.isUntold = false;
  }
}
