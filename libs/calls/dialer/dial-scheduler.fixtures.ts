import { until } from '#libs/testing';
import { callIdOf } from '../application/call-desk.js';
import { type KnownDestination } from '../application/destination-directory.js';
import { aReport, type CallingHouse, OPEN } from '../calling-house.fixtures.js';
import { type DialNotice } from './tenant-dialer.js';

/** A scheduler at work, what it said, and how to end it. */
export interface Scheduling {
  readonly notices: DialNotice[];
  stop(): Promise<void>;
}

/** Takes calls from 11 to 12 in New York on Tuesdays, and leads wait for it. */
export const ON_TUESDAYS: KnownDestination = {
  ...OPEN,
  settings: {
    ...OPEN.settings,
    schedule: {
      ...OPEN.settings.schedule,
      hours: { tuesday: [{ from: '11:00', to: '12:00' }] },
      offHours: 'queue',
    },
  },
};

/** Where a lead’s call was decided; `null` while it was not. */
export async function attemptOf(house: CallingHouse, leadId: string): Promise<bigint | null> {
  const history = await house.history(leadId);
  return history.find(({ type }) => type === 'CallAttempted')?.position ?? null;
}

/** Waits until all of them were called. */
export async function allAttempted(house: CallingHouse, leadIds: readonly string[]): Promise<void> {
  await until('everybody to be called', async () => {
    const positions = await Promise.all(leadIds.map((leadId) => attemptOf(house, leadId)));
    return positions.every((position) => position !== null);
  });
}

/** In the order in which they were called; all of them were. */
export async function sortedByAttempt(
  house: CallingHouse,
  leadIds: readonly string[],
): Promise<string[]> {
  const attempts = await Promise.all(
    leadIds.map(async (leadId) => ({ leadId, at: (await attemptOf(house, leadId)) ?? 0n })),
  );
  return attempts.toSorted((a, b) => Number(a.at - b.at)).map(({ leadId }) => leadId);
}

/** Leads that are on the phone. */
export async function openCalls(
  house: CallingHouse,
  leadIds: readonly string[],
): Promise<string[]> {
  const open = await Promise.all(
    leadIds.map(async (leadId) => {
      const types = await house.typesOf(leadId);
      return types.includes('CallPlaced') && !types.includes('CallEnded');
    }),
  );
  return leadIds.filter((_, index) => open[index]);
}

/** The most calls there ever were at the same time, by the order of the log. */
export async function mostAtOnce(house: CallingHouse, leadIds: readonly string[]): Promise<number> {
  const histories = await Promise.all(leadIds.map((leadId) => house.history(leadId)));
  const steps = histories
    .flat()
    .filter(({ type }) => type === 'CallAttempted' || type === 'CallEnded')
    .toSorted((a, b) => Number((a.position ?? 0n) - (b.position ?? 0n)));
  let open = 0;
  return Math.max(...steps.map(({ type }) => (open += type === 'CallAttempted' ? 1 : -1)));
}

/** The consumer’s line was busy. */
export async function hangUp(house: CallingHouse, leadId: string): Promise<void> {
  const placed = await house.lastOf(leadId, 'CallPlaced');
  if (placed === null) throw new Error('Only a call that was placed can end.');
  const { providerCallId } = placed;
  const ref = { leadId, callId: callIdOf(leadId, 1) };
  await house.voice.consumers.reported(ref, aReport({ providerCallId, status: 'busy' }));
}
