/** How long a part may take to answer before it counts as down. */
const ANSWER_WITHIN_MS = 2_000;

/** What a part answers, or `undefined` if it fails or is too slow. */
export async function inTime<T>(answer: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      resolve(undefined);
    }, ANSWER_WITHIN_MS);
  });
  const settled = answer.catch(() => undefined);
  return Promise.race([settled, tooLate]).finally(() => {
    clearTimeout(timer);
  });
}
