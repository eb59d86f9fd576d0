import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type DncDouble, startDncDouble } from './dnc-double.fixtures.js';
import { DNC_DIAL_VALID_MS } from '../application/ports.js';
import { HttpDncProvider, NoDncProvider } from './http-dnc-provider.js';

const PHONE = '+15125551212';
const NOW = '2026-10-10T12:00:00.000Z';
let double: DncDouble;
let now: Date;

beforeAll(async () => {
  double = await startDncDouble();
});
afterAll(() => double.close());
beforeEach(() => {
  now = new Date(NOW);
  double.questions.length = 0;
});

const provider = (onFailure: 'block' | 'allow' = 'block', timeoutMs = 5_000) =>
  new HttpDncProvider({ url: double.url, key: 'secret', timeoutMs, onFailure, now: () => now });

describe('a connected do-not-call provider', () => {
  it('is asked with its key, and answers clear', async () => {
    double.behave({ kind: 'answer', body: { national: false, listVersion: '2026-10' } });
    expect(await provider().check(PHONE)).toEqual({
      outcome: 'clear',
      lists: [],
      checkedAt: NOW,
      listVersion: '2026-10',
    });
    expect(double.questions).toEqual([{ phone: PHONE, authorization: 'Bearer secret' }]);
  });

  it('names the lists a number is on', async () => {
    double.behave({ kind: 'answer', body: { litigator: true, national: true, state: false } });
    const answer = await provider().check(PHONE);
    expect(answer).toMatchObject({ outcome: 'listed', lists: ['national', 'litigator'] });
  });

  it('tells that a line is a mobile one, which is on no list for that', async () => {
    double.behave({ kind: 'answer', body: { wireless: true, national: false } });
    expect(await provider().check(PHONE)).toMatchObject({ outcome: 'clear', lists: ['wireless'] });
  });

  it('is not asked again for 31 days', async () => {
    double.behave({ kind: 'answer', body: { national: false } });
    const asked = provider();
    await asked.check(PHONE);
    now = new Date('2026-11-10T11:59:59.999Z');
    await asked.check(PHONE);
    expect(double.questions).toHaveLength(1);
    now = new Date('2026-11-10T12:00:00.000Z');
    await asked.check(PHONE);
    expect(double.questions).toHaveLength(2);
  });

  it('is asked again for whoever must not rely on an answer of yesterday', async () => {
    double.behave({ kind: 'answer', body: { national: false } });
    const asked = provider();
    await asked.check(PHONE);
    now = new Date(now.getTime() + DNC_DIAL_VALID_MS - 1);
    await asked.check(PHONE, DNC_DIAL_VALID_MS);
    expect(double.questions).toHaveLength(1);
    now = new Date(now.getTime() + 1);
    await asked.check(PHONE, DNC_DIAL_VALID_MS);
    expect(double.questions).toHaveLength(2);
  });

  it.each([
    ['an error status', { kind: 'answer', body: {}, status: 500 } as const],
    ['another shape', { kind: 'answer', body: { national: 'yes' } } as const],
    ['no list, and an error of its own', { kind: 'answer', body: { error: 'bad key' } } as const],
    ['no object', { kind: 'answer', body: [1] } as const],
    ['silence', { kind: 'silent' } as const],
  ])('that answers with %s has failed, and is asked again next time', async (_, behaviour) => {
    double.behave(behaviour);
    const failing = provider('block', 200);
    expect(await failing.check(PHONE)).toMatchObject({ outcome: 'failed', checkedAt: null });
    double.behave({ kind: 'answer', body: { national: false } });
    expect(await failing.check(PHONE)).toMatchObject({ outcome: 'clear' });
  });

  it('may fail without harm where the operator says so', async () => {
    double.behave({ kind: 'answer', body: {}, status: 503 });
    expect(await provider('allow').check(PHONE)).toMatchObject({ outcome: 'not_checked' });
  });
});

describe('no do-not-call provider', () => {
  it('leaves numbers unchecked', async () => {
    expect(await new NoDncProvider().check()).toMatchObject({ outcome: 'not_checked' });
  });
});
