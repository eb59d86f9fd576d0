/** A process of the stack. */
export type PartName = 'postgres' | 'eventstore' | 'telephony' | 'worker' | 'api';

/** What a person calls it. */
export const partTitles: Readonly<Record<PartName, string>> = {
  postgres: 'database',
  eventstore: 'event store',
  telephony: 'simulated telephone network',
  worker: 'worker',
  api: 'api',
};

/** How a process ended. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}
