import { CommandRunner, EventCatalog, type EventStore } from '#libs/event-store';
import { type DataKeys, type TenantSecrets } from '#libs/privacy';
import { EligibilityLookups } from '../application/eligibility-lookups.js';
import { OccurrenceClock } from '../application/occurrence.js';
import { type DncProvider, type OrdinalHint } from '../application/ports.js';
import { ReceiveLeadHandler } from '../application/receive-lead.handler.js';
import { SuppressionList } from '../application/suppression-list.js';
import { leadStreamEvents } from '../domain/lead-stream.events.js';
import { dncRulesEvents } from '../domain/dnc-rules.events.js';
import { suppressionEvents } from '../domain/suppression.events.js';
import { type ReceiveLead } from './row-importer.js';

/** What an intake is put together from. */
export interface StandaloneIntakeParts {
  readonly store: EventStore;
  readonly keys: DataKeys;
  readonly secrets: TenantSecrets;
  readonly dnc: DncProvider;
  readonly hint: OrdinalHint;
}

/**
 * The intake of a process that is no api: the same handler, with a suppression list of its own.
 * The look-ups are exact from the start, and cost no reads once the list is {@link ready}.
 */
export class StandaloneIntake {
  readonly #list: SuppressionList;
  readonly #handler: ReceiveLeadHandler;

  constructor({ store, keys, secrets, dnc, hint }: StandaloneIntakeParts) {
    const catalog = new EventCatalog([
      ...leadStreamEvents,
      ...suppressionEvents,
      ...dncRulesEvents,
    ]);
    const runner = new CommandRunner(store, catalog);
    this.#list = new SuppressionList(store, catalog, runner);
    const lookups = new EligibilityLookups(this.#list, dnc, runner);
    const clock = new OccurrenceClock();
    this.#handler = new ReceiveLeadHandler(runner, keys, secrets, lookups, hint, clock);
  }

  /** Takes one lead in. */
  readonly receive: ReceiveLead = (command) => this.#handler.execute(command);

  /** Resolves once the suppression list has been read. */
  get ready(): Promise<void> {
    return this.#list.ready;
  }

  start(): void {
    this.#list.start();
  }

  async stop(): Promise<void> {
    await this.#list.stop();
  }
}
