/** Reading something anew only once what was read before has been taken in. */

export class Turns {
  private readonly last = new Map<string, Promise<void>>();

  /** What `read` gives when its turn has come; the next turn comes when `taken` resolves. */
  take<T>(
    key: string,
    read: () => T | PromiseLike<T>,
    taken: (value: T) => Promise<void>,
  ): Promise<T> {
    const value = (this.last.get(key) ?? Promise.resolve()).then(read);
    const turn = value.then(taken).catch(() => undefined);
    this.last.set(key, turn);
    void turn.then(() => {
      if (this.last.get(key) === turn) {
        this.last.delete(key);
      }
    });
    return value;
  }
}
