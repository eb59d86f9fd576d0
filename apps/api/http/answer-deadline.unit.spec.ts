import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { AnswerDeadline } from './answer-deadline.js';

/** Watches a request that nobody answers, and resolves with what the deadline answers it. */
function unanswered(
  deadline: AnswerDeadline,
  complete: boolean,
  key: object | null = {},
  takesAnything = false,
): Promise<unknown> {
  const exchange = { startedAt: performance.now(), key };
  const request = { exchange, raw: { complete }, routeOptions: { config: { takesAnything } } };
  return new Promise((resolve) => {
    const reply = { sent: false, send: resolve };
    deadline.watch(request as unknown as FastifyRequest, reply as unknown as FastifyReply);
  });
}

describe('a request past its deadline', () => {
  let deadline: AnswerDeadline;

  beforeEach(() => {
    deadline = new AnswerDeadline(0);
  });
  afterEach(() => {
    deadline.close();
  });

  it('is answered as too slow here once it has arrived', async () => {
    const answer = await unanswered(deadline, true);
    expect(answer).toMatchObject({ kind: 'unavailable', code: 'timeout_upstream' });
  });

  it('is answered as too slow here while its key is being checked', async () => {
    expect(await unanswered(deadline, false, null)).toMatchObject({ code: 'timeout_upstream' });
  });

  it('is answered as too slow there while its body is still on its way', async () => {
    const answer = await unanswered(deadline, false);
    expect(answer).toMatchObject({ status: 408, code: 'request_timeout' });
  });

  it('is answered so, too, where bodies are read before anybody is known', async () => {
    const answer = await unanswered(deadline, false, null, true);
    expect(answer).toMatchObject({ status: 408, code: 'request_timeout' });
  });
});
