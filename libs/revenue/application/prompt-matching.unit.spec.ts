import { describe, expect, it } from '@jest/globals';
import { type TenantId } from '#libs/kernel';
import { initialState, evolve, type KnownPostback } from '../domain/postback.js';
import { postbackReceived, postbackSettled } from '#events/testing';
import { type Caller } from './caller.js';
import { promptLimits, PromptMatching } from './prompt-matching.js';

const caller: Caller = {
  ...{ actor: { kind: 'operator', id: 'spec' }, commandId: 'command', causationId: 'cause' },
};
const open = evolve(initialState(), postbackReceived()) as KnownPostback;
const settled = { ...evolve(open, postbackSettled()), status: 'settled' } as KnownPostback;

/** What becomes of a report at a position, where the read side shows the log so far. */
async function matched(postback: KnownPostback, position: bigint | null, shown: bigint) {
  const asked: bigint[] = [];
  const matcher = {
    matchReceived: () => Promise.resolve({ postback: settled, position: 9n }),
  };
  const readSide = {
    reaches: (until: bigint) => {
      asked.push(until);
      return Promise.resolve(until <= shown);
    },
  };
  const received = { tenantId: 'acme' as TenantId, postback, caller: null, position };
  return { asked, standing: await new PromptMatching(matcher, readSide).match(received, caller) };
}

describe('a report whose sender waits', () => {
  it('is matched once the read side shows everything up to it', async () => {
    const { asked, standing } = await matched(open, 5n, 5n);
    expect(asked).toEqual([5n]);
    expect(standing?.postback.status).toBe('settled');
  });

  it('is left to the worker where the read side may lack its transfer', async () => {
    expect((await matched(open, 5n, 4n)).standing).toBeNull();
  });

  it('is left to the worker if it came before and still waits', async () => {
    expect(await matched(open, null, 9n)).toEqual({ asked: [], standing: null });
  });

  it('is answered with what has become of it, if it came before', async () => {
    expect((await matched(settled, null, 0n)).standing?.postback.status).toBe('settled');
  });

  it('is left to the worker where more come in a second than are matched at once', async () => {
    let nowMs = 0;
    const prompt = new PromptMatching(
      { matchReceived: () => Promise.resolve({ postback: settled, position: 9n }) },
      { reaches: () => Promise.resolve(true) },
      { ...promptLimits, perSecond: 2 },
      () => undefined,
      () => nowMs,
    );
    const received = { tenantId: 'acme' as TenantId, postback: open, caller: null, position: 5n };
    const isMatched = async () => (await prompt.match(received, caller)) !== null;
    expect([await isMatched(), await isMatched(), await isMatched()]).toEqual([true, true, false]);
    const before = { ...received, postback: settled };
    expect((await prompt.match(before, caller))?.postback.status).toBe('settled');
    nowMs = 1_000;
    expect(await isMatched()).toBe(true);
  });
});
