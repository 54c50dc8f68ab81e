/**
 * When VS Code is told that lenses are others. It asks a quarter of a second after it was told, or after the text was
 * edited, and begins to wait anew when it is told again meanwhile: what changes until it asks, it need not be told of.
 */
export class Telling {
  private waiting: NodeJS.Timeout | undefined;
  private isUntold = false;

  /** `afterMs` is a little more than VS Code waits. */
  constructor(
    private readonly tell: () => void,
    private readonly afterMs = 300,
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

  /** VS Code is going to ask. */
  expected(): void {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      this.waiting = undefined;
      if (this.isUntold) {
        this.isUntold = false;
        this.changed();
      }
    }, this.afterMs);
  }

  /** VS Code asks: the answer has all that has changed. */
  asked(): void {
    this.isUntold = false;
  }
}
