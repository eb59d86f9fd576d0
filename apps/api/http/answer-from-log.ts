import { type Position } from '#libs/event-store';
import { type FastifyReply } from 'fastify';
import { POSITION_HEADER } from './position-header.js';

export const REPLAYED_HEADER = 'idempotent-replayed';

/**
 * Marks an answer that the log gives again whenever it is asked for the command: nothing else need
 * be kept of it. Says where in the log it is, and whether it was there before.
 */
export function answerFromLog(
  reply: FastifyReply,
  { position, replayed }: { readonly position: Position | null; readonly replayed: boolean },
): void {
  const { exchange } = reply.request;
  exchange.inLog = true;
  if (position !== null) reply.header(POSITION_HEADER, String(position));
  if (!replayed) return;
  exchange.outcome = 'replayed';
  reply.header(REPLAYED_HEADER, 'true');
}
