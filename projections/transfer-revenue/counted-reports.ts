/** A report that counts for a transfer, or did. */
export interface CountedReport {
  readonly postbackId: string;
  readonly buyer: string | null;
  readonly durationSeconds: number | null;
  /** As said outright. */
  readonly billable: boolean | null;
  /** Whether it calls the call a duplicate, which is not paid for unless that is said outright. */
  readonly isDuplicate: boolean;
  readonly receivedAt: string;
  /** Its place among reports that came together. */
  readonly sequence: number;
  /** When the log learnt that it counts, and that it does not any more. */
  readonly knownAt: string;
  readonly goneAt: string | null;
}

/** What reports tell beside the money, each by the last one that does. */
export function told(reports: readonly CountedReport[]) {
  const inOrder = [...reports].sort(byReceipt);
  const counted = inOrder.filter(counts);
  return {
    ...{ reports: inOrder, reportCount: counted.length },
    buyer: counted.findLast(({ buyer }) => buyer !== null)?.buyer ?? null,
    reportedSeconds:
      counted.findLast(({ durationSeconds }) => durationSeconds !== null)?.durationSeconds ?? null,
  };
}

/** Those that were detached are kept, for what was known before. */
export function counts({ goneAt }: CountedReport): boolean {
  return goneAt === null;
}

/** As the ledger has them: as they came, and those of one list in its order. */
function byReceipt(a: CountedReport, b: CountedReport): number {
  return (
    Date.parse(a.receivedAt) - Date.parse(b.receivedAt) ||
    a.sequence - b.sequence ||
    (a.postbackId < b.postbackId ? -1 : 1)
  );
}
