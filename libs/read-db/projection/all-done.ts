/**
 * Waits for statements that travel together. Of several that failed the first one is why: after it
 * Postgres refuses the rest of the transaction.
 */
export async function allDone(sent: readonly Promise<unknown>[]): Promise<void> {
  const outcomes = await Promise.allSettled(sent);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
