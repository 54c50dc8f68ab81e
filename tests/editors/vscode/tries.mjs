// pytest gives each test a second try, with nothing of the first: machines are busy.

/** How the news of a second try begins. */
export const AGAIN = 'tried again: ';

/** How often a test is tried. */
export const TRIES = Number(process.env.FOURFOLD_TRIES ?? 1);

/** Does `body`, and once more what failed; `failed` is called in between. The node:test `context` is told of it. */
export async function tried(context, body, failed = () => {}) {
  for (let left = TRIES - 1; ; left--) {
    try {
      return await body();
    } catch (error) {
      if (left <= 0) throw error;
      context.diagnostic(`${AGAIN}${context.name}: ${error.stack ?? error}`);
      await failed();
    }
  }
}
