import { type CallEvent, callEvents, type DialingEvent, dialingEvents } from '#events/calls';
import { connectEventStore, EventCatalog, type EventStore } from '#libs/event-store';
import { type DataKeyId, type TenantId } from '#libs/kernel';
import { seal } from '#libs/privacy';
import { randomUUID } from 'node:crypto';
import { type RunningApi, type Servers } from './api.harness.js';

const catalog = new EventCatalog([...callEvents, ...dialingEvents]);

/** Puts into the log of an api what the dialer of a tenant would. */
export class StatedFacts {
  readonly #store: EventStore;

  constructor(
    private readonly api: RunningApi,
    servers: Pick<Servers, 'eventStoreUrl'>,
    private readonly tenantId: TenantId,
  ) {
    this.#store = connectEventStore(servers.eventStoreUrl);
  }

  /** States facts as the dialer will; answers the position of the last one. */
  async state(stream: string, events: readonly (CallEvent | DialingEvent)[]): Promise<string> {
    const { tenantId } = this;
    const occurredAt = new Date().toISOString();
    const commandId = randomUUID();
    const stored = events.map((event) => {
      catalog.assertWritable(event);
      const metadata = {
        ...{ schemaVersion: 1, tenantId, actor: { kind: 'system', id: 'dialer' } as const },
        ...{ occurredAt, commandId, $correlationId: stream, $causationId: 'spec' },
      };
      return { id: randomUUID(), type: event.type, data: event.data, metadata };
    });
    const { position } = await this.#store.append(stream, await this.#revisionOf(stream), stored);
    return String(position);
  }

  /** Sealed with the key of the lead, as what is said on the phone will be. */
  async sealed(leadId: string, content: object): Promise<string> {
    const { tenantId } = this;
    const { reader, keys } = this.api.parts;
    const [received] = await reader.events(tenantId, leadId);
    if (received?.type !== 'LeadReceived') throw new Error('A lead begins with its receipt.');
    const keyId = received.data.keyId as DataKeyId;
    const found = (await keys.find(tenantId, [keyId])).get(keyId);
    if (found === undefined) throw new Error('The key of a lead is there.');
    return seal(found, { tenantId }, content);
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  async #revisionOf(stream: string): Promise<bigint | 'no_stream'> {
    let revision: bigint | 'no_stream' = 'no_stream';
    for await (const event of this.#store.readStream(stream)) ({ revision } = event);
    return revision;
  }
}
