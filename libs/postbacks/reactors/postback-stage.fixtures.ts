import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { fixedClock } from '#libs/kernel';
import { connectDatabase, type Database } from '#libs/read-db';
import { freshDatabase, startTestEventStore, until } from '#libs/testing';
import { v5 as uuidv5 } from 'uuid';
import { CreatePostbackTargetCommand } from '../application/postback-target.handlers.js';
import { type TargetWish } from '../application/target-wish.js';
import { type PostbackDeliveryEvent } from '../domain/postback-delivery.events.js';
import { type PayoutTerms } from '../domain/postback-target.events.js';
import {
  aCaller,
  acme,
  aHouse,
  aReceiver,
  type House,
  startPostbacks,
} from './postbacks.fixtures.js';

/** When every spec begins. */
export const NOON = Date.parse('2026-03-01T12:00:00.000Z');

/** By choice, all that we earn. */
const all: PayoutTerms = { model: 'share', basisPoints: 10_000, billableSeconds: 0 };

const NAMESPACE = '8d2f1c74-0e5b-4a86-9b3d-6c7a51e2f043';

/** The delivery that tells a target of a call. */
export const deliveryOf = (targetId: string, { transferId }: { readonly transferId: string }) =>
  uuidv5(`${targetId}|${transferId}`, NAMESPACE);

/** The delivery that tells a target of an entry in the books. */
export const correctionOf = (targetId: string, entryId: string) =>
  uuidv5(`${targetId}|${entryId}`, NAMESPACE);

type Worker = Awaited<ReturnType<typeof startPostbacks>>;
type Receiver = Awaited<ReturnType<typeof aReceiver>>;

/** A log, a receiver and a worker that tells it of calls; anew for every spec but the log. */
export class PostbackStage {
  readonly clock = fixedClock(new Date(NOON).toISOString());
  house: House;
  database: Database;
  receiver: Receiver;
  worker: Worker;
  #closeServers: () => Promise<void>;

  /** Sets the stage of a file. */
  static ofFile(): PostbackStage {
    const stage = new PostbackStage();
    beforeAll(() => stage.#open());
    afterAll(() => stage.#close());
    beforeEach(() => stage.#begin());
    afterEach(() => stage.#end());
    return stage;
  }

  later(ms: number): void {
    this.clock.set(new Date(this.clock.now().getTime() + ms).toISOString());
  }

  /** The worker begins again, with what is in the log and the database alone. */
  async restart(): Promise<void> {
    this.worker = await startPostbacks(this.house, this.database);
  }

  /** A target on the receiver of this spec. */
  async aTarget(wish: Partial<TargetWish['settings']> & { path?: string } = {}) {
    const { path = '/hook?c={caller_id}&p={payout}', ...settings } = wish;
    const defaults: TargetWish['settings'] = {
      ...{
        label: 'Northwind',
        mode: 'live',
        destinationId: null,
        fireOn: 'completed',
        filter: null,
      },
      ...{ method: 'GET', format: 'json', payout: all },
    };
    const command = new CreatePostbackTargetCommand(acme, aCaller(), {
      ...{ url: this.receiver.url + path, fields: null, settings: { ...defaults, ...settings } },
    });
    const { target, secret } = await this.house.create.execute(command);
    return { targetId: target.targetId, secret };
  }

  remove(targetId: string) {
    const removedAt = this.clock.now().toISOString();
    const asked = { type: 'RemovePostbackTarget', targetId, cause: 'asked', reason: null } as const;
    return this.house.book.run(acme, aCaller(), { ...asked, removedAt }, removedAt);
  }

  logOf(deliveryId: string) {
    return this.house.runner.history<PostbackDeliveryEvent>(`postbackDelivery-${deliveryId}`);
  }

  /** The log of a delivery, once its last event is of this type. */
  untilLast(deliveryId: string, type: PostbackDeliveryEvent['type'], length: number) {
    return until(`${type} to be in the log`, async () => {
      const events = await this.logOf(deliveryId);
      return events.length === length && events.at(-1)?.type === type && events;
    });
  }

  async #open(): Promise<void> {
    const [log, fresh] = await Promise.all([startTestEventStore(), freshDatabase()]);
    const { url } = fresh;
    this.database = connectDatabase({ url, role: 'worker', applicationName: 'postbacks-spec' });
    this.house = aHouse(log.store, this.clock);
    this.#closeServers = async () => {
      await fresh.drop();
      await log.close();
    };
  }

  async #close(): Promise<void> {
    await this.house.sender.close();
    await this.database.close();
    await this.#closeServers();
  }

  async #begin(): Promise<void> {
    this.clock.set(new Date(NOON).toISOString());
    this.receiver = await aReceiver();
    await this.restart();
  }

  async #end(): Promise<void> {
    await this.worker.stop();
    for (const { targetId } of await this.house.book.all(acme)) await this.remove(targetId);
    this.receiver.close();
  }
}
