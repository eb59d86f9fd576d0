/** What it resolves to, or `null` after `waitMs`; then it goes on unwatched. */
export async function withinTime<Value>(
  work: Promise<Value>,
  waitMs: number,
): Promise<Value | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => {
      resolve(null);
    }, waitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
