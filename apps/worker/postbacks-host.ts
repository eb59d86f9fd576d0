import { type EventStore } from '#libs/event-store';
import { OutboundSender } from '#libs/outbound';
import {
  PostbackDesk,
  PostbackScheduler,
  Postbacks,
  PostbacksClock,
  PostbacksRunner,
  TargetBook,
} from '#libs/postbacks';
import { type DataKeys } from '#libs/privacy';
import { type Reactor } from '#libs/reactors';
import { type Settings } from '#libs/settings';

/** What postbacks are hosted with. */
export interface PostbacksHostParts {
  readonly settings: Pick<Settings, 'outboundPrivateAddresses'>;
  readonly store: EventStore;
  readonly keys: DataKeys;
}

/** Tells targets what came of calls, and holds the connections to them. */
export class PostbacksHost {
  readonly reactor: Reactor;
  readonly #sender: OutboundSender;

  constructor({ settings, store, keys }: PostbacksHostParts) {
    this.#sender = new OutboundSender({ privateAllowed: settings.outboundPrivateAddresses });
    const runner = new PostbacksRunner(store);
    const book = new TargetBook(runner, keys);
    const clock = new PostbacksClock();
    const desk = new PostbackDesk({ runner, book, keys, sender: this.#sender, clock });
    const scheduler = new PostbackScheduler({ runner, book, clock });
    this.reactor = new Postbacks({ scheduler, desk, book, clock }).reactor;
  }

  async stop(): Promise<void> {
    await this.#sender.close();
  }
}
