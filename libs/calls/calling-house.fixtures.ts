import { type CommandContext, CommandRunner, type StoredEvent } from '#libs/event-store';
import { type Clock, type Decider, type DomainEvent, type TenantId } from '#libs/kernel';
import { leadStream } from '#events/leads';
import { DataKeys, leadIdOf, MasterKey, MemoryDataKeyStore, seal } from '#libs/privacy';
import {
  type ProviderCall,
  type Telephony,
  telephonyUnavailable,
  TwilioTelephony,
  type VoiceReport,
} from '#libs/telephony';
import { onceAvailable, startTestEventStore, type TestEventStore } from '#libs/testing';
import { randomBytes, randomUUID } from 'node:crypto';
import { CallDesk } from './application/call-desk.js';
import { Consumers } from './application/consumers.js';
import { type KnownDestination } from './application/destination-directory.js';
import { destinationStream, destinationUsageStream } from './application/destination-streams.js';
import { Dialler, type DiallerParts } from './application/dialler.js';
import { DialingDirectory } from './application/dialing-directory.js';
import { type DialingChange } from './application/dialing.handlers.js';
import { dialingStream } from './application/dialing-streams.js';
import { type VoiceWatch } from './application/ports.js';
import { OrderPace } from './application/order-pace.js';
import { ScriptLibrary } from './application/script-library.js';
import { scriptStream } from './application/script-streams.js';
import { VoiceUrls } from './application/voice-urls.js';
import { callingCatalog } from './calling.js';
import { aLead, someSettings } from './domain/calls.fixtures.js';
import { destinationDecider } from './domain/destination.decider.js';
import { someSettings as someDestination } from './domain/destination.fixtures.js';
import { type DestinationSettings } from './domain/destination.events.js';
import { type DestinationUsageEvent } from './domain/destination-usage.events.js';
import { evolve, initialState } from './domain/destination-usage.js';
import { type DialingCommand, dialingDecider } from './domain/dialing.decider.js';
import { writeDialingSettings } from './domain/dialing-settings.js';
import { type DialingSettings } from './domain/dialing.events.js';
import { callsDecider } from './domain/calls.decider.js';
import { type LeadStreamEvent } from './domain/lead-calls.js';
import { DEFAULT_SCRIPT } from './domain/default-script.js';
import { scriptDecider } from './domain/script.decider.js';
import { type ScriptContent } from './domain/script.events.js';
import { ToldLists } from './told-lists.fixtures.js';
import { type Voice, voiceOf } from './voice.js';

export { UNLISTED } from './told-lists.fixtures.js';

/** Installations of calling for specs: a log of their own, and whatever a tenant has to set up. */

export const ACCOUNT = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'token' };
export const ACME = 'acme' as TenantId;
export const OURS = '+15125550190';
/** A Monday, 11:00 in Texas. */
export const MONDAY = '2026-11-30T17:00:00.000Z';

/** Takes calls at any instant, so that there is a reason to call anybody. */
export const OPEN: KnownDestination = {
  ...{ destinationId: randomUUID(), version: 1, paused: false },
  settings: someDestination(),
};
/** The api is there. */
export const SPOKEN: VoiceWatch = { mayDial: () => true };
/** A provider that takes on whatever comes. */
export const UNPACED = new OrderPace(null);
/** A consumer who waits. */
const ON_THE_LINE = { status: 'in_progress', durationSeconds: null } as const;
/** The hash of somebody’s number. */
export const aPhoneHash = () => randomBytes(32).toString('base64url');

/** A report of the provider, of whatever leg. */
export const aReport = (report: Partial<VoiceReport> = {}): VoiceReport => ({
  ...{ providerCallId: 'CA1', status: 'in_progress', sequence: null, at: null },
  ...{ durationSeconds: null, answeredBy: null, digits: null, speech: null, confidence: null },
  ...{ from: null, to: null, repeatToken: null },
  ...report,
});

/** What a test wants of a lead. */
export type LeadWish = Omit<NonNullable<Parameters<typeof aLead>[0]>, 'phone'> & {
  /** E.164. */
  readonly phone?: string;
  readonly extension?: string;
};

/** One tenant’s world: log, keys, settings, leads. */
export class CallingHouse {
  readonly runner: CommandRunner;
  readonly keys: DataKeys;
  readonly lists = new ToldLists();
  readonly desk: CallDesk;
  readonly voice: Voice;
  readonly urls = new VoiceUrls('http://127.0.0.1:9');
  readonly scriptId = randomUUID();
  /** Where consumers’ legs stand, as the provider answers; `null`: it does not answer. */
  consumerLeg: Pick<ProviderCall, 'status' | 'durationSeconds'> | null = ON_THE_LINE;
  /** Who the provider says answered them, when it is asked; `never`: that it does not answer. */
  answerer: ProviderCall['answeredBy'] | 'never' = 'human';
  /** How often it was asked about a leg. */
  lookUps = 0;
  /** What happens while it is asked the next time; `null`: nothing. */
  whileAsked: (() => Promise<unknown>) | null = null;
  /** The legs that were hung up on, by the provider’s names for them. */
  readonly hungUp: string[] = [];
  readonly #keyStore = new MemoryDataKeyStore();

  private constructor(
    readonly log: TestEventStore,
    readonly clock: Clock,
  ) {
    this.runner = new CommandRunner(log.store, callingCatalog());
    const masterKey = MasterKey.fromBase64(randomBytes(32).toString('base64'));
    this.keys = new DataKeys({ store: this.#keyStore, masterKey });
    this.desk = new CallDesk(this.runner, clock);
    const { runner, keys } = this;
    const account = { provider: 'twilio', authToken: ACCOUNT.authToken };
    const telephony = {
      lookUpCall: (id: string) => this.#asked(id),
      endCall: (id: string) => Promise.resolve(void this.hungUp.push(id)),
    };
    const told = { publicBaseUrl: 'http://127.0.0.1:9', telephony };
    this.voice = voiceOf({ runner, keys, clock, ...told, ...account });
  }

  async #asked(providerCallId: string): Promise<ProviderCall> {
    const { whileAsked } = this;
    this.whileAsked = null;
    await whileAsked?.();
    return this.#lookUp(providerCallId);
  }

  #lookUp(providerCallId: string): Promise<ProviderCall> {
    const { consumerLeg, answerer } = this;
    this.lookUps += 1;
    if (answerer === 'never') return Promise.withResolvers<ProviderCall>().promise;
    if (consumerLeg === null) {
      return Promise.reject(telephonyUnavailable(new Error('out of order')));
    }
    const parties = { to: '+12125557001', from: OURS, startedAt: null, endedAt: null };
    return Promise.resolve({ providerCallId, ...parties, answeredBy: answerer, ...consumerLeg });
  }

  static async open(clock: Clock): Promise<CallingHouse> {
    return new CallingHouse(await startTestEventStore(), clock);
  }

  close(): Promise<void> {
    return this.log.close();
  }

  /** Dialing with a script, as a tenant that is ready has it. */
  async setUp(settings: Partial<DialingSettings> = {}, script: Partial<ScriptContent> = {}) {
    await this.publish({ ...DEFAULT_SCRIPT, ...script });
    await this.configure(settings);
  }

  publish(content: ScriptContent) {
    const { scriptId } = this;
    const command = { type: 'PublishScript', scriptId, content, reason: null } as const;
    const when = { mustExist: false, publishedAt: this.desk.now() };
    return this.#run(scriptStream(scriptId), scriptDecider, { ...command, ...when });
  }

  retireScript() {
    const { scriptId } = this;
    const command = { type: 'RetireScript', scriptId, isInUse: false, reason: null } as const;
    const retiredAt = this.desk.now();
    return this.#run(scriptStream(scriptId), scriptDecider, { ...command, retiredAt });
  }

  configure(settings: Partial<DialingSettings> = {}) {
    const { scriptId } = this;
    const wish = writeDialingSettings(
      someSettings({ callingNumbers: [OURS], scriptId, ...settings }),
    );
    return this.changeDialing({ type: 'ConfigureDialing', wish, reason: null });
  }

  changeDialing(change: DialingChange) {
    const command = { ...change, at: this.desk.now() } as DialingCommand;
    return this.#run(dialingStream(ACME), dialingDecider, command);
  }

  async addDestination(settings: Partial<DestinationSettings> = {}): Promise<string> {
    const destinationId = randomUUID();
    const wish = { settings: someDestination(settings), reason: null, at: this.desk.now() };
    const command = { type: 'AddDestination', destinationId, ...wish } as const;
    await this.#run(destinationStream(destinationId), destinationDecider, command);
    return destinationId;
  }

  pauseDestination(destinationId: string) {
    const command = { type: 'PauseDestination', destinationId, reason: null } as const;
    const at = this.desk.now();
    return this.#run(destinationStream(destinationId), destinationDecider, { ...command, at });
  }

  /** Takes a lead in; resolves with its id. */
  async receive({ phone = '+12125557001', extension, ...data }: LeadWish = {}): Promise<string> {
    const phoneHash = data.phoneHash ?? aPhoneHash();
    const leadId = leadIdOf(phoneHash, data.mode ?? 'live', data.ordinal ?? 0);
    const key = await this.keys.take(ACME);
    const person = { phone, phone_extension: extension, first_name: 'Jane', zip: '78701' };
    const personal = seal(key, { tenantId: ACME }, person);
    const facts = { leadId, phoneHash, personal, keyId: key.id, receivedAt: this.desk.now() };
    await this.append(leadId, aLead({ ...facts, ...data }));
    return leadId;
  }

  /** Destroys the keys of everybody, as erasure does. */
  eraseEverybody(): void {
    this.keys.find = () => Promise.resolve(new Map());
  }

  /** Puts events on a lead’s stream as if they had been decided. */
  async append(leadId: string, ...events: readonly LeadStreamEvent[]): Promise<void> {
    const decider = { ...callsDecider, decide: () => [...events] };
    await this.#run(leadStream(leadId), decider, null as never);
  }

  history(leadId: string): Promise<StoredEvent<LeadStreamEvent>[]> {
    return onceAvailable(() => this.runner.history<LeadStreamEvent>(leadStream(leadId)));
  }

  /** The types of a lead’s events after its receipt. */
  async typesOf(leadId: string): Promise<string[]> {
    return (await this.history(leadId)).slice(1).map(({ type }) => type);
  }

  /** Everything that is stored of a lead, as text. */
  async textOf(leadId: string): Promise<string> {
    return JSON.stringify(
      (await this.history(leadId)).map(({ data, metadata }) => [data, metadata]),
    );
  }

  /** The data of the last event of a type. */
  async lastOf<Type extends LeadStreamEvent['type']>(leadId: string, type: Type) {
    const found = (await this.history(leadId)).findLast((event) => event.type === type);
    return (found?.data ?? null) as Extract<LeadStreamEvent, { type: Type }>['data'] | null;
  }

  /** How many transfers hold a slot of a destination. */
  async inFlight(destinationId: string): Promise<number> {
    const stream = destinationUsageStream(destinationId);
    const history = await this.runner.history<DestinationUsageEvent>(stream);
    return history.reduce(evolve, initialState()).inFlight.size;
  }

  dialing(): DialingDirectory {
    const { store } = this.log;
    return new DialingDirectory({ store, runner: this.runner, catalog: callingCatalog() });
  }

  dialler(telephony: Telephony, parts: Partial<DiallerParts> = {}): Dialler {
    const { desk, runner, lists, urls, keys } = this;
    return new Dialler({
      ...{
        desk,
        lists,
        urls,
        telephony,
        pace: UNPACED,
        voice: SPOKEN,
        consumers: new Consumers(keys),
      },
      dialing: this.dialing(),
      destinations: { of: () => [OPEN] },
      scripts: new ScriptLibrary(runner),
      ...parts,
    });
  }

  async #run<State, Command, Event extends DomainEvent>(
    stream: string,
    decider: Decider<State, Command, Event>,
    command: Command,
  ): Promise<State> {
    const run = { stream, decider, command, context: this.context() };
    const { state } = await onceAvailable(() => this.runner.run(run));
    return state;
  }

  context(): CommandContext {
    return {
      ...{ commandId: randomUUID(), tenantId: ACME, occurredAt: this.desk.now() },
      ...{ actor: { kind: 'system', id: 'spec' }, correlationId: 'spec', causationId: 'spec' },
    };
  }
}

/** A network where real people might pick up, as far as the code is told. */
export class RealTelephony extends TwilioTelephony {
  override readonly isSimulated: boolean = false;
}
