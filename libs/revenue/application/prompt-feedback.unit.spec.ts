import { describe, expect, it } from '@jest/globals';
import { type TenantId } from '#libs/kernel';
import { randomUUID } from 'node:crypto';
import { type KnownFeedback } from '../domain/lead-feedback.js';
import { PromptFeedback } from './prompt-feedback.js';

const tenantId = 'acme' as TenantId;
const caller = {
  actor: { kind: 'api_key', id: 'token-1' } as const,
  ...{ commandId: randomUUID(), causationId: randomUUID() },
};

/** Feedback on a lead; `none` is nobody’s, `unfit` cannot be looked for. */
function on(leadId: string, feedbackId: string) {
  const received = { feedbackId, leadId } as unknown as KnownFeedback['received'];
  const feedback: KnownFeedback = { status: 'received', received, place: null, reason: null };
  return { feedback, caller };
}

const leadOf = ({ received }: KnownFeedback) => (received as unknown as { leadId: string }).leadId;

/** Remembers whom it told, and how many at once. */
class Telling {
  readonly told: string[] = [];
  readonly problems: unknown[] = [];
  underWay = 0;
  most = 0;
  #open = Promise.withResolvers<undefined>();

  readonly prompt = (waitMs?: number) =>
    new PromptFeedback(this, (error) => this.problems.push(error), waitMs);

  placeOf(_: TenantId, feedback: KnownFeedback) {
    const leadId = leadOf(feedback);
    if (leadId === 'stuck') return new Promise<never>(() => undefined);
    if (leadId === 'unfit') return Promise.reject(new Error('out of reach'));
    return Promise.resolve(leadId === 'none' ? null : { leadId, transferId: null });
  }

  async placeAt(_: TenantId, feedback: KnownFeedback) {
    this.underWay += 1;
    this.most = Math.max(this.most, this.underWay);
    await this.#open.promise;
    this.underWay -= 1;
    if (feedback.received.feedbackId === 'refused') throw new Error('refused');
    this.told.push(feedback.received.feedbackId);
    return { feedback, position: null };
  }

  goOn(): void {
    this.#open.resolve(undefined);
  }
}

describe('a list of what buyers say of leads', () => {
  it('is told to some leads at a time, and to each in its order', async () => {
    const telling = new Telling();
    const sent = Array.from({ length: 30 }, (_, index) =>
      on(`lead-${index % 15}`, `${index < 15 ? 'first' : 'later'} ${index % 15}`),
    );
    const placing = telling.prompt(60_000).place(tenantId, sent);
    telling.goOn();
    const standings = await placing;
    expect(standings.map((each) => each?.feedback.received.feedbackId)).toEqual(
      sent.map(({ feedback }) => feedback.received.feedbackId),
    );
    expect(telling.most).toBe(8);
    for (let lead = 0; lead < 15; lead += 1) {
      const places = ['first', 'later'].map((each) => telling.told.indexOf(`${each} ${lead}`));
      expect(places[0]).toBeLessThan(places[1]!);
    }
  });

  it('goes on where one of them fails, and where one belongs to nobody', async () => {
    const telling = new Telling();
    telling.goOn();
    const sent = [on('unfit', 'a'), on('none', 'b'), on('lead-1', 'c'), on('none', 'd')];
    const standings = await telling.prompt(60_000).place(tenantId, sent);
    expect(standings.map((each) => each?.feedback.received.feedbackId)).toEqual([
      ...[undefined, 'b', 'c', 'd'],
    ]);
    expect(telling.problems).toHaveLength(1);
  });

  it('is told as far as it was looked up, whatever the rest waits for', async () => {
    const telling = new Telling();
    telling.goOn();
    const stuck = Array.from({ length: 3 }, (_, index) => on('stuck', `stuck ${index}`));
    const sent = [...Array.from({ length: 8 }, (_, index) => on(`lead-${index}`, `${index}`))];
    const standings = await telling.prompt(20).place(tenantId, [...sent, ...stuck]);
    expect(standings.map((each) => each !== null)).toEqual([
      ...[...sent.map(() => true), ...stuck.map(() => false)],
    ]);
  });

  it('does not overtake what a lead could not be told', async () => {
    const telling = new Telling();
    telling.goOn();
    const sent = Array.from({ length: 10 }, (_, index) =>
      index === 0
        ? on('lead-1', 'refused')
        : on(index < 9 ? `lead-${index + 1}` : 'lead-1', `${index}`),
    );
    const standings = await telling.prompt(60_000).place(tenantId, sent);
    expect(standings.map((each) => each !== null)).toEqual([
      ...[false, ...Array.from({ length: 8 }, () => true), false],
    ]);
  });

  it('is left to the worker where it takes too long', async () => {
    const telling = new Telling();
    const sent = [on('lead-1', 'a'), on('lead-1', 'b')];
    expect(await telling.prompt(1).place(tenantId, sent)).toEqual([null, null]);
    telling.goOn();
  });

  it('is left to the worker where taking it in took long already', async () => {
    const telling = new Telling();
    const sent = Array.from({ length: 400 }, (_, index) => on(`lead-${index % 3}`, `${index}`));
    const standings = await telling.prompt(60_000).place(tenantId, sent, 2_000);
    expect(new Set(standings)).toEqual(new Set([null]));
    expect(telling.most).toBe(0);
  });

  it('is of nothing without any', async () => {
    expect(await new Telling().prompt().place(tenantId, [])).toEqual([]);
  });
});
