import { setTimeout as pause } from 'node:timers/promises';
import { type ApiClient } from '../../apps/cli/launch/api-client.js';
import { type Participant } from './cast.js';
import { type CallRow, type Deferral, type Fate, isSettled, type LeadRow } from './fate.js';
import { type Received, sendLead } from './set-up.js';

/** What happened to a lead, as its history tells it. */
export interface HistoryEvent {
  readonly type: string;
  readonly occurred_at: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A page of a list, and where the next one begins. */
interface Page {
  readonly next_cursor: string | null;
}

const ROUND_MS_MIN = 250;
/** Lists of leads and of calls, and now and then a history. */
const REQUESTS_A_ROUND = 4;
const PAGE_SIZE = 200;

/** Sends everybody's lead in and follows what becomes of them, as any client could. */
export class Watch {
  readonly #api: ApiClient;
  /** By which the leads of this run are told from others. */
  readonly #source: string;
  readonly #fates = new Map<string, Fate>();
  /** Revisions at which a history was read. */
  readonly #lookedAt = new Map<string, string>();

  constructor(api: ApiClient, source: string) {
    this.#api = api;
    this.#source = source;
  }

  /** In the order they were sent. */
  get fates(): readonly Fate[] {
    return [...this.#fates.values()];
  }

  /** Follows until nothing more will happen, or `secondsMax` are over; whether it is the former. */
  async follow(
    cast: readonly Participant[],
    secondsMax: number,
    show: (fates: readonly Fate[]) => void,
  ): Promise<boolean> {
    const endsAt = performance.now() + secondsMax * 1_000;
    const sending = this.#sendAll(cast);
    while (performance.now() < endsAt) {
      await Promise.race([sending.sent, pause(this.#api.roundMs(REQUESTS_A_ROUND, ROUND_MS_MIN))]);
      await this.#look();
      show(this.fates);
      if (sending.isDone && this.fates.every(isSettled)) return true;
      if (sending.isDone) await pause(this.#api.roundMs(REQUESTS_A_ROUND, ROUND_MS_MIN));
    }
    return false;
  }

  /** Everything that ever happened to a lead. */
  async history(leadId: string): Promise<readonly HistoryEvent[]> {
    const path = `/v1/leads/${leadId}/history`;
    return (await this.#api.get<{ events: HistoryEvent[] }>(path)).events;
  }

  #sendAll(cast: readonly Participant[]): {
    readonly sent: Promise<void>;
    readonly isDone: boolean;
  } {
    const sending = { isDone: false, sent: Promise.resolve() };
    const send = async () => {
      for (const participant of cast) {
        await this.#take(participant, await sendLead(this.#api, participant, this.#source));
      }
      sending.isDone = true;
    };
    sending.sent = send();
    return sending;
  }

  async #take(participant: Participant, { lead_id: leadId, outcome }: Received): Promise<void> {
    const isKnown = outcome === 'duplicate';
    const lead = isKnown ? await this.#api.get<LeadRow>(`/v1/leads/${leadId}`) : null;
    this.#fates.set(leadId, { participant, leadId, isKnown, lead, call: null, deferral: null });
  }

  async #look(): Promise<void> {
    const leads = await this.#all<LeadRow>('leads', `source=${this.#source}`);
    const [first = ''] = leads.map(({ received_at }) => received_at).sort();
    if (first === '') return;
    const calls = await this.#all<CallRow>('calls', `from=${first}`);
    // Newest first: of several calls to a lead the last one is kept.
    const callOf = new Map([...calls].reverse().map((call) => [call.lead_id, call]));
    for (const lead of leads) {
      const known = this.#fates.get(lead.lead_id);
      if (known === undefined || isSettled(known)) continue;
      const deferral = await this.#deferralOf(lead, known);
      const call = callOf.get(lead.lead_id) ?? null;
      this.#fates.set(lead.lead_id, { ...known, lead, call, deferral });
    }
  }

  /** Waiting leads say why in their history, which is read when it has grown. */
  async #deferralOf(lead: LeadRow, known: Fate): Promise<Deferral | null> {
    if (lead.status !== 'queued') return null;
    if (this.#lookedAt.get(lead.lead_id) === lead.revision) return known.deferral;
    this.#lookedAt.set(lead.lead_id, lead.revision);
    const last = (await this.history(lead.lead_id)).at(-1);
    return last?.type === 'DialDeferred' ? (last.data as unknown as Deferral) : null;
  }

  async #all<Row>(list: string, filter: string): Promise<Row[]> {
    const rows: Row[] = [];
    let cursor: string | null = null;
    do {
      const from: string = cursor === null ? '' : `&cursor=${cursor}`;
      const path = `/v1/${list}?limit=${PAGE_SIZE}&${filter}${from}`;
      const page: Page & Record<string, unknown> = await this.#api.get(path);
      rows.push(...(page[list] as Row[]));
      cursor = page.next_cursor;
    } while (cursor !== null);
    return rows;
  }
}
