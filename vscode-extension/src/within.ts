/** Waiting for what others do, but not for ever. */

/** What `asked` leads to; undefined if it fails, or if that takes longer than `ms` milliseconds. */
export async function within<T>(asked: PromiseLike<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const tired = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  try {
    return await Promise.race([asked, tired]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
