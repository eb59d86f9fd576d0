import { type TenantId } from '#libs/kernel';
import { type ReportSender } from '../domain/revenue.events.js';

/** Where a transfer is in the log: the lead on whose stream its facts are. */
export interface TransferPlace {
  readonly transferId: string;
  readonly leadId: string;
}

/** A caller as a report names it. */
export interface ReportedCaller {
  /** The tenant’s keyed hash of the number. */
  readonly callerHash: string;
  /** The number itself, in case it is one of ours; `null` once it is erased. */
  readonly caller: string | null;
  /** About when the call was. ISO-8601 UTC. */
  readonly at: string;
  /** Where the transfers of our number are looked for first; `null` for anywhere. */
  readonly destinationId: string | null;
}

/** A number of ours as the caller, E.164, and about when the call was. ISO-8601 UTC. */
export interface ShownCaller {
  readonly caller: string;
  readonly at: string;
}

/** Transfers of a caller, by who the caller is to them. */
export interface TransfersOfCaller {
  /** The consumer had the number: all within the window, and those nearest to it. */
  readonly ofConsumer: readonly TransferPlace[];
  /** The destination was shown the number, which is ours: those nearest to the call. */
  readonly ofOurNumber: readonly TransferPlace[];
  /** Whether more of our number took place within the window than were looked at. */
  readonly wereCut: boolean;
}

/** Who can be named as the caller of a transfer, and by which ids. */
export interface NamesOfTransfer extends TransferPlace {
  readonly destinationId: string;
  readonly callId: string;
  readonly consumerHash: string;
  /** Our number that was shown, E.164; `null`: the consumer’s own. */
  readonly presentedCallerId: string | null;
  /** ISO-8601 UTC. */
  readonly requestedAt: string;
}

/** A time, its end excluded. ISO-8601 UTC. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/**
 * A tenant’s transfers from the read side: where to find them. What they are worth is in the log.
 */
export abstract class TransferLookup {
  abstract ofCaller(tenantId: TenantId, caller: ReportedCaller): Promise<TransfersOfCaller>;
  /** Those with one of these ids, or of a call with one. */
  abstract named(tenantId: TenantId, ids: readonly string[]): Promise<readonly TransferPlace[]>;
  /**
   * Those to a destination that took place at a time, `to` excluded: by bridge, else dialing, else
   * request. In no order, and `limit` at most.
   */
  abstract inPeriod(
    tenantId: TenantId,
    destinationId: string,
    period: Period,
    limit: number,
  ): Promise<readonly NamesOfTransfer[]>;
  /**
   * Those of some consumers, by the keyed hashes of their numbers; otherwise like {@link inPeriod}.
   */
  abstract ofConsumers(
    tenantId: TenantId,
    consumerHashes: readonly string[],
    period: Period,
    limit: number,
  ): Promise<readonly NamesOfTransfer[]>;
  /** `null` if it is not known. */
  abstract namesOf(tenantId: TenantId, transferId: string): Promise<NamesOfTransfer | null>;
}

/** Which reports may be about a transfer. */
export interface WaitingFor {
  readonly consumerHash: string;
  /** Of our number that was shown, and the time within which a call counts; ISO-8601, inclusive. */
  readonly ourNumber: { readonly hash: string; readonly from: string; readonly to: string } | null;
  /** Ids that are echoed. */
  readonly ids: readonly string[];
}

/**
 * Some reports that wait for a transfer, or count for one, oldest first, and where the next ones
 * begin, if any.
 */
export interface WaitingPage {
  readonly postbackIds: readonly string[];
  readonly next: string | null;
}

/** Reports of the same call as one that counts. */
export interface OfSameCall {
  /** Those that wait for its transfer. */
  readonly waiting: readonly string[];
  /**
   * All others that count under its name, whoever sent them, where one of those who give calls the
   * same names counts for another; else none.
   */
  readonly split: readonly string[];
}

/** The hash of a number of ours by the number, E.164: as many as are known. */
export type OurNumbers = Readonly<Record<string, string>>;

/**
 * A report of any tenant that was looked at too long ago: by an older version, or before the time
 * that it names for its call.
 */
export interface OutdatedReport {
  readonly tenantId: TenantId;
  readonly postbackId: string;
  /** That time, which has come; `null` where it did not wait for it. ISO-8601 UTC. */
  readonly since: string | null;
}

/** Some such reports, and where the next ones begin, if any. */
export interface OutdatedPage {
  readonly reports: readonly OutdatedReport[];
  readonly next: string | null;
}

/** A tenant’s reports from the read side. */
export abstract class PostbackLookup {
  /**
   * Transfers that reports of calls count for, by the sender’s names for them, or those of whoever
   * names calls like it: each once by each name, the one with the latest report last. Of a name
   * for very many those with the latest reports.
   */
  abstract transfersOfVendorCalls(
    tenantId: TenantId,
    sender: ReportSender,
    vendorCallIds: readonly string[],
  ): Promise<readonly TransferPlace[]>;
  /**
   * Connected transfers within the window that were shown a number of ours, and that no report
   * names that gives names like this sender: those nearest to the call, at any distance from those
   * that are.
   */
  abstract freeTransfersShown(
    tenantId: TenantId,
    sender: ReportSender,
    caller: ShownCaller,
    /** Transfers that are known already. */
    except: readonly string[],
  ): Promise<readonly TransferPlace[]>;
  /**
   * The names of a transfer that reports may wait for; `null` if none does, or it is not known.
   * Most are waited for by none, so this is cheap. Where it was shown a number of ours that is not
   * given, nobody can tell, and its names are answered.
   */
  abstract ifAwaited(
    tenantId: TenantId,
    transferId: string,
    ourNumbers: OurNumbers,
    /** ISO-8601: calls as far as this count, and as far before the request. */
    within: { readonly beforeMs: number; readonly to: string },
  ): Promise<NamesOfTransfer | null>;
  /** Reports that may be about a transfer, a page at a time. */
  abstract waitingFor(
    tenantId: TenantId,
    transfer: WaitingFor,
    cursor: string | null,
  ): Promise<WaitingPage>;
  /** Reports of the same call as this one, as its sender names it. */
  abstract ofSameCall(tenantId: TenantId, postbackId: string): Promise<OfSameCall>;
  /**
   * Reports of all tenants that nothing was found for under an older alias map, or by older rules,
   * or because the time of their call was still to come, and is not `at`, ISO-8601.
   */
  abstract outdated(
    now: { readonly aliasMap: number; readonly rules: number; readonly at: string },
    cursor: string | null,
  ): Promise<OutdatedPage>;
  /** All that wait of a tenant that came with a token, or with any, a page at a time. */
  abstract waiting(
    tenantId: TenantId,
    tokenId: string | null,
    cursor: string | null,
  ): Promise<WaitingPage>;
  /** All that count for transfers, otherwise like {@link waiting}. */
  abstract counted(
    tenantId: TenantId,
    tokenId: string | null,
    cursor: string | null,
  ): Promise<WaitingPage>;
}

/** A tenant’s statements from the read side. */
export abstract class StatementLookup {
  /** The ids of those of a destination’s buyer, the last brought in first, `limit` at most. */
  abstract ofDestination(
    tenantId: TenantId,
    destinationId: string,
    limit: number,
  ): Promise<readonly string[]>;
  /** Those of some lines that were brought in, by their ids as reports. */
  abstract knownLines(tenantId: TenantId, lineIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** How many lines of a statement were brought in, each as often as it was there. */
  abstract countLines(tenantId: TenantId, statementId: string): Promise<number>;
}

/** How much of the log the read side shows, of transfers and of reports. */
export interface ShownSoFar {
  /** `true` as soon as it shows everything up to a position; `false` after `withinMs`. */
  reaches(position: bigint, withinMs: number): Promise<boolean>;
}
