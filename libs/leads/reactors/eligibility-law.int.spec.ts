import { type EventStore } from '#libs/event-store';
import {
  type FreshDatabase,
  freshDatabase,
  startTestEventStore,
  type TestEventStore,
  until,
} from '#libs/testing';
import { connectDatabase, type Database } from '#libs/read-db';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GetLeadQuery } from '../application/get-lead.handler.js';
import { aCaller, aConsentBlock, aPolicy, consentBlock } from '../application/intake.fixtures.js';
import { LeadRoll, type RolledLead } from '../application/ports.js';
import { RecordConsentCommand } from '../application/record-consent.handler.js';
import {
  LiftSuppressionCommand,
  SuppressNumberCommand,
  type SuppressionTarget,
} from '../application/suppression.handlers.js';
import {
  anInstallation,
  type Installation,
  isSettled,
  standingOf,
  startEligibility,
} from './eligibility.fixtures.js';

/** A read side that is never behind: it reads the log whenever it is asked. */
class LogRoll extends LeadRoll {
  constructor(private readonly store: EventStore) {
    super();
  }

  override async page() {
    const stop = new AbortController();
    const leads: RolledLead[] = [];
    const all = { after: null, streamPrefixes: ['lead-'], signal: stop.signal };
    for await (const message of this.store.subscribeToAll(all)) {
      if (message.kind === 'caught_up') break;
      if (message.kind !== 'event' || message.event.type !== 'LeadReceived') continue;
      leads.push(message.event.data as RolledLead);
    }
    return { leads, next: null };
  }
}

const { tenantId } = aPolicy();
const HOUR_MS = 3_600_000;
const phonesPerRun = 3;

/** What may happen to a phone, in any order and at the same time as to the others. */
type Fact =
  | { readonly is: 'posted' | 'suppressed' | 'suppressed_for_an_hour' | 'lifted' | 'consented' }
  | { readonly is: 'prefix_suppressed' | 'prefix_lifted' | 'half_an_hour_passed' | 'host_died' };

const fact = fc.record({
  phone: fc.nat({ max: phonesPerRun - 1 }),
  is: fc.constantFrom<Fact['is']>(
    ...(['posted', 'posted', 'suppressed', 'suppressed_for_an_hour', 'lifted'] as const),
    ...(['consented', 'prefix_suppressed', 'prefix_lifted'] as const),
    ...(['half_an_hour_passed', 'host_died'] as const),
  ),
});

const run = fc.record({
  consents: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
  listed: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
  providerDown: fc.boolean(),
  /** Facts of one burst happen at once. */
  bursts: fc.array(fc.array(fact, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 }),
});

let log: TestEventStore;
let fresh: FreshDatabase;
let database: Database;
let here: Installation;
let workers: ReturnType<typeof startEligibility>[];
let actsOn: string[];
let roll: LogRoll;
let runs = 0;

beforeAll(async () => {
  [log, fresh] = await Promise.all([startTestEventStore(), freshDatabase()]);
  database = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'law' });
  here = anInstallation(log.url, fresh.url);
  roll = new LogRoll(log.store);
  await here.api.secrets.create(tenantId);
  const first = startEligibility(here, roll);
  ({ actsOn } = first);
  workers = [first, startEligibility(here, roll)];
});
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  await here.api.stop();
  await database.close();
  await fresh.drop();
  await log.close();
});

/** One run's phones, which share a prefix that nobody else has. */
class Phones {
  readonly #prefix: string;
  readonly leadIds = new Map<number, string>();

  constructor(
    number: number,
    private readonly given: { readonly consents: readonly boolean[] },
  ) {
    this.#prefix = `+1512${200 + number}`;
  }

  numberOf(phone: number): string {
    return `${this.#prefix}010${phone}`;
  }

  async happen({ phone, is }: { readonly phone: number; readonly is: Fact['is'] }): Promise<void> {
    const number = { kind: 'phone', phone: this.numberOf(phone) } as const;
    const prefix = { kind: 'prefix', prefix: this.#prefix } as const;
    switch (is) {
      case 'posted':
        return this.#post(phone);
      case 'suppressed':
        return this.#suppress(number, null);
      case 'suppressed_for_an_hour':
        return this.#suppress(number, hoursFromNow(1));
      case 'prefix_suppressed':
        return this.#suppress(prefix, hoursFromNow(1.5));
      case 'lifted':
        return this.#lift(await here.api.secrets.phoneHash(tenantId, number.phone));
      case 'prefix_lifted':
        return this.#lift(`p${this.#prefix.slice(1)}`);
      case 'consented':
        return this.#consent(phone);
      case 'half_an_hour_passed':
        here.clock.set(hoursFromNow(0.5));
        return;
      case 'host_died':
        await workers.shift()?.stop();
        workers.push(startEligibility(here, roll));
    }
  }

  async #post(phone: number): Promise<void> {
    const consent = this.given.consents[phone] === true ? { consent: consentBlock } : {};
    const { leadId } = await here.api.post({ phone: this.numberOf(phone), ...consent });
    this.leadIds.set(phone, leadId);
  }

  async #suppress(target: SuppressionTarget, expiresAt: string | null): Promise<void> {
    const [policy, caller] = [aPolicy(), aCaller()];
    await here.api.suppress.execute(
      new SuppressNumberCommand(policy, caller, target, 'opted_out', null, expiresAt),
    );
  }

  /** An entry that was never made cannot be lifted. */
  async #lift(entryId: string): Promise<void> {
    const command = new LiftSuppressionCommand(tenantId, aCaller(), entryId, 'mistake');
    await here.api.lift.execute(command).catch(() => undefined);
  }

  async #consent(phone: number): Promise<void> {
    const leadId = this.leadIds.get(phone);
    if (leadId === undefined) return;
    const consent = aConsentBlock();
    await here.api.consent.execute(new RecordConsentCommand(aPolicy(), aCaller(), leadId, consent));
  }
}

const hoursFromNow = (hours: number) =>
  new Date(here.clock.now().getTime() + hours * HOUR_MS).toISOString();

const untilSettled = () =>
  until('the reactor to have nothing to do', () =>
    isSettled({ database, actsOn }, log.store, here.clock),
  );

/** What anybody would say who knows only how things stand in the end. */
async function naiveReasons(leadId: string, e164: string, listed: boolean): Promise<string[]> {
  const { state } = await here.api.lead.execute(new GetLeadQuery(tenantId, leadId));
  const phoneHash = await here.api.secrets.phoneHash(tenantId, e164);
  const now = here.clock.now().toISOString();
  const entry = await here.api.list.entryFor(tenantId, { e164, phoneHash }, now);
  return [
    ...(state.consent === null ? ['consent_missing'] : []),
    ...(entry === null ? [] : ['suppressed']),
    ...(listed ? ['dnc_national'] : []),
  ];
}

describe('whatever happens to phones, in whatever order, with hosts that die', () => {
  it('every lead ends with the verdict that follows from the facts as they stand', async () => {
    await fc.assert(
      fc.asyncProperty(run, async ({ consents, listed, providerDown, bursts }) => {
        const phones = new Phones((runs += 1), { consents });
        const outcomeOf = (e164: string) =>
          listed[Number(e164.at(-1))] === true ? 'listed' : 'clear';
        here.dnc.outcomeFor = providerDown ? () => 'failed' : outcomeOf;
        await phones.happen({ phone: 0, is: 'posted' });
        for (const burst of bursts) {
          await Promise.all(burst.map((each) => phones.happen(each)));
        }
        here.dnc.outcomeFor = outcomeOf;
        for (let hours = 0; hours < 4; hours += 1) {
          await untilSettled();
          here.clock.set(hoursFromNow(1));
        }
        await untilSettled();
        for (const [phone, leadId] of phones.leadIds) {
          const { state } = await here.api.lead.execute(new GetLeadQuery(tenantId, leadId));
          const expected = await naiveReasons(
            leadId,
            phones.numberOf(phone),
            listed[phone] === true,
          );
          expect(state.ineligibleReasons).toEqual(expected);
        }
        expect(await standingOf(database)).toMatchObject({ failure: null, later: [] });
      }),
      { numRuns: 15 },
    );
  });
});
