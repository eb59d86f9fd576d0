import { type CommandRunner } from '#libs/event-store';
import { type Clock, type TenantId } from '#libs/kernel';
import { isNamed, type MatchInput, type TransferFacts } from '../domain/transfer-facts.js';
import { timeOfCall } from '../domain/call-time.js';
import { type Reading } from '../domain/postback.events.js';
import { type Hit } from '../domain/reading/hit.js';
import { senderOf } from '../domain/report-sender.js';
import { revenueDecider } from '../domain/revenue.decider.js';
import { type ReportSender } from '../domain/revenue.events.js';
import { factsOf } from '../domain/transfer-ledger.js';
import { type PostbackLookup, type TransferLookup, type TransferPlace } from './ports.js';
import { leadStream } from './postback-streams.js';

/** A report, as far as it says which transfers to look for. */
export interface SoughtCall {
  readonly reading: Reading;
  /** ISO-8601 UTC. */
  readonly receivedAt: string;
  readonly tokenId: string | null;
  /** The destination the token is for; `null` for any. */
  readonly destinationId: string | null;
  readonly method: Hit['method'];
  /** Who called, E.164; `null` if nobody was named, or it was erased. */
  readonly caller: string | null;
}

/**
 * Finds the transfers that a report may be about. The read side says on which leads they are; what
 * they are is read from the log, so that a match never rests on facts that are out of date.
 */
export class TransferFinder {
  constructor(
    private readonly runner: CommandRunner,
    private readonly transfers: TransferLookup,
    private readonly postbacks: PostbackLookup,
    private readonly clock: Clock,
  ) {}

  /** Everything that matching asks for. */
  async inputFor(tenantId: TenantId, sought: SoughtCall): Promise<MatchInput> {
    const call = this.#asOfNow(sought);
    const { reading, receivedAt, destinationId: tokenDestinationId } = call;
    const sender = senderIn(call);
    const ledgers = new Ledgers(this.runner, tenantId);
    const [ofCaller, byId, byVendorCallId] = await Promise.all([
      this.#ofCaller(tenantId, call, ledgers),
      this.#named(tenantId, reading.ids, ledgers),
      call.tokenId === null ? null : this.#ofVendorCall(tenantId, reading, sender, ledgers),
    ]);
    const asked = { reading, sender, receivedAt, tokenDestinationId };
    return { ...asked, ...ofCaller, byId, byVendorCallId };
  }

  /**
   * The same, with more of those that no other call is known for on the read side, where all that
   * are nearer are taken.
   */
  async withFurther(tenantId: TenantId, call: SoughtCall, input: MatchInput): Promise<MatchInput> {
    const { caller } = call;
    if (caller === null) return input;
    const { receivedAt } = input;
    const shown = { caller, at: timeSoughtIn({ ...call, receivedAt }) };
    const known = input.candidates.map(({ transferId }) => transferId);
    const places = await this.postbacks.freeTransfersShown(tenantId, input.sender, shown, known);
    const ids = new Set(places.map(({ transferId }) => transferId));
    const further = await new Ledgers(this.runner, tenantId).of(places);
    const free = further.filter(({ transferId }) => ids.has(transferId));
    return { ...input, candidates: distinct([...input.candidates, ...free]) };
  }

  /** A transfer by its id; `null` if the tenant has none such. */
  async transfer(tenantId: TenantId, transferId: string): Promise<TransferFacts | null> {
    const named = await this.#named(tenantId, [transferId], new Ledgers(this.runner, tenantId));
    return named.find((transfer) => transfer.transferId === transferId) ?? null;
  }

  /**
   * A row of a statement that names a time still to come waits for that: it is judged by when it is
   * looked at, as in the comparison, for the buyer may never send it anew.
   */
  #asOfNow(call: SoughtCall): SoughtCall {
    if (call.method !== 'IMPORT') return call;
    return { ...call, receivedAt: this.clock.now().toISOString() };
  }

  async #ofCaller(tenantId: TenantId, call: SoughtCall, ledgers: Ledgers) {
    const { caller, destinationId } = call;
    const { callerHash } = call.reading;
    if (callerHash === null) return { candidates: [], wereCut: false };
    const asked = { callerHash, caller, at: timeSoughtIn(call), destinationId };
    const found = await this.transfers.ofCaller(tenantId, asked);
    const ofConsumer = await ledgers.of(found.ofConsumer);
    const shown = new Set(found.ofOurNumber.map(({ transferId }) => transferId));
    const ofOurNumber = await ledgers.of(found.ofOurNumber);
    // All of a consumer’s lead are of that caller; of others’ only those that were shown the
    // number.
    const candidates = distinct([
      ...ofConsumer,
      ...ofOurNumber.filter(({ transferId }) => shown.has(transferId)),
    ]);
    return { candidates, wereCut: found.wereCut };
  }

  async #named(tenantId: TenantId, ids: readonly string[], ledgers: Ledgers) {
    if (ids.length === 0) return [];
    const found = await this.transfers.named(tenantId, ids);
    const asLeads = ids.map((leadId) => ({ leadId }));
    const all = await ledgers.of([...found, ...asLeads]);
    return all.filter(
      ({ transferId, callId, leadId }) =>
        ids.includes(transferId) || ids.includes(callId) || ids.includes(leadId),
    );
  }

  /** The one with the latest report counts, so that most of the others are never read. */
  async #ofVendorCall(
    tenantId: TenantId,
    { vendorCallId }: Reading,
    sender: ReportSender,
    ledgers: Ledgers,
  ): Promise<TransferFacts | null> {
    if (vendorCallId === null) return null;
    const places = await this.postbacks.transfersOfVendorCalls(tenantId, sender, [vendorCallId]);
    for (const place of places.toReversed()) {
      const ofLead = await ledgers.of([place]);
      const facts = ofLead.find(({ transferId }) => transferId === place.transferId);
      // A report that was unlinked meanwhile links its call to nothing any more.
      if (facts !== undefined && isNamed(facts, { vendorCallId, sender })) return facts;
    }
    return null;
  }
}

/** The transfers of leads, each lead read once. */
class Ledgers {
  readonly #read = new Map<string, Promise<readonly TransferFacts[]>>();

  constructor(
    private readonly runner: CommandRunner,
    private readonly tenantId: TenantId,
  ) {}

  /** All transfers of these leads. */
  async of(places: readonly Pick<TransferPlace, 'leadId'>[]): Promise<TransferFacts[]> {
    const leadIds = [...new Set(places.map(({ leadId }) => leadId))];
    return (await Promise.all(leadIds.map((leadId) => this.#ofLead(leadId)))).flat();
  }

  #ofLead(leadId: string): Promise<readonly TransferFacts[]> {
    const reading = this.#read.get(leadId) ?? this.#fold(leadId);
    this.#read.set(leadId, reading);
    return reading;
  }

  /**
   * Another tenant’s lead looks as if there were none. Its ledger is likely to hear of a match
   * next.
   */
  async #fold(leadId: string): Promise<readonly TransferFacts[]> {
    const { tenantId, state } = await this.runner.standing(leadStream(leadId), revenueDecider);
    return tenantId === this.tenantId ? state.transfers.map(factsOf) : [];
  }
}

/** What came with no token has names that nobody else gives. */
function senderIn(call: SoughtCall): ReportSender {
  return senderOf({ ...call, tokenId: call.tokenId ?? '' });
}

function timeSoughtIn({ reading, receivedAt }: SoughtCall): string {
  return new Date(timeOfCall(reading, receivedAt).atMs).toISOString();
}

function distinct(transfers: readonly TransferFacts[]): TransferFacts[] {
  return [...new Map(transfers.map((each) => [each.transferId, each])).values()];
}
