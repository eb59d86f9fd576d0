import { type StoredEvent } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { DataKeys, type Erased, type Sealed } from '#libs/privacy';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type LeadStreamEvent } from '../domain/lead-stream.events.js';
import { type Origin } from './intake-policy.js';
import { type AsOf, LeadReader } from './lead-reader.js';

/** One event of a history with its sealed parts opened. */
export interface HistoryEntry {
  readonly event: StoredEvent<LeadStreamEvent>;
  /** What `data.personal` holds; `null` if the event carries nothing personal. */
  readonly personal: Readonly<Record<string, unknown>> | Erased | null;
  /** Where the caller sat; `null` if it was not known. */
  readonly origin: Origin | Erased | null;
}

/** Everything that happened to a lead, in order (AU-1). */
export class GetLeadHistoryQuery extends Query<readonly HistoryEntry[]> {
  constructor(
    readonly tenantId: TenantId,
    readonly leadId: string,
    readonly asOf?: AsOf,
  ) {
    super();
  }
}

/** Reads a lead's stream and opens what is personal in it. */
@QueryHandler(GetLeadHistoryQuery)
export class GetLeadHistoryHandler implements IQueryHandler<GetLeadHistoryQuery> {
  constructor(
    private readonly reader: LeadReader,
    private readonly keys: DataKeys,
  ) {}

  async execute({ tenantId, leadId, asOf }: GetLeadHistoryQuery): Promise<HistoryEntry[]> {
    const events = await this.reader.events(tenantId, leadId, asOf);
    const boxes = events.flatMap((event) => [personalOf(event), event.metadata.origin]);
    const present = boxes.filter((box) => box !== undefined) as Sealed<Origin>[];
    const opened = await this.keys.openAll(tenantId, [...new Set(present)]);
    const contents = new Map<string, Origin | Erased>(
      [...new Set(present)].map((box, index) => [box, opened[index] as Origin | Erased]),
    );
    const contentOf = (box: string | undefined) => contents.get(box ?? '') ?? null;
    return events.map((event) => ({
      event,
      personal: contentOf(personalOf(event)) as HistoryEntry['personal'],
      origin: contentOf(event.metadata.origin),
    }));
  }
}

function personalOf({ data }: StoredEvent<LeadStreamEvent>): string | undefined {
  return 'personal' in data ? (data.personal ?? undefined) : undefined;
}
