import { leadIdOf } from '#libs/privacy';
import { type CallableLead, countedCalls } from '../domain/lead-calls.js';
import { type CallDesk } from './call-desk.js';

/** What is known of a consumer's calls for the lead before this one. */
export interface EarlierCalls {
  /** When they were made, ISO-8601. */
  readonly attempts: readonly string[];
  /** One of them is not over. */
  readonly isOnCall: boolean;
}

const NO_CALLS: EarlierCalls = { attempts: [], isOnCall: false };

/** Calls of the phone’s lead before this one, which a new lead does not make forgotten. */
export async function earlierCalls(
  desk: Pick<CallDesk, 'look'>,
  { ordinal, phoneHash, mode }: CallableLead,
): Promise<EarlierCalls> {
  if (ordinal === 0) return NO_CALLS;
  const before = await desk.look(leadIdOf(phoneHash, mode, ordinal - 1));
  if (before === null) return NO_CALLS;
  const { current } = before.lead;
  const calls = [...countedCalls(before.lead), ...(current === null ? [] : [current])];
  return { attempts: calls.map(({ attemptedAt }) => attemptedAt), isOnCall: current !== null };
}
