import { type StoredEvent } from '#libs/event-store';
import { canonicalJson, type TenantId } from '#libs/kernel';
import { type DataKeys, isErased, type Sealed, type TenantIdentity } from '#libs/privacy';
import { type ConsentEvidence } from '../domain/lead.events.js';
import { type LeadStreamEvent } from '../domain/lead-stream.events.js';
import { type ConsentPersonalData, type PersonalData } from '../intake/interpret-submission.js';

/** What evidence of one lead's consent is recognised by. */
export class EvidenceHashes {
  constructor(
    private readonly identity: TenantIdentity,
    private readonly leadId: string,
  ) {}

  /**
   * The same for the same evidence, however its parts were ordered and its time was written.
   */
  of({ timestamp, textVersion }: ConsentEvidence, personal: ConsentPersonalData): string {
    const evidence = canonicalJson({ timestamp, textVersion, personal });
    return this.identity.evidenceHash(this.leadId, evidence);
  }

  /**
   * Those of a lead's history that are not in its events: of what it came with, for intake takes
   * none, and of what was merged from a repeated submission. What was erased has none any more.
   */
  async ofUnhashed(
    keys: DataKeys,
    tenantId: TenantId,
    history: readonly StoredEvent<LeadStreamEvent>[],
  ): Promise<string[]> {
    const unhashed = history.flatMap(unhashedEvidence);
    const boxes = unhashed.map(({ box }) => box);
    const opened = await keys.openAll(tenantId, boxes);
    return unhashed.flatMap(({ consent, isReceipt }, index) => {
      const content = opened[index];
      if (content === undefined || isErased(content)) return [];
      return [this.of(consent, isReceipt ? (content.consent ?? {}) : content)];
    });
  }
}

interface UnhashedEvidence {
  readonly consent: ConsentEvidence;
  /** Holds the whole person where it is of the receipt, else the evidence alone. */
  readonly box: Sealed<Pick<PersonalData, 'consent'> & ConsentPersonalData>;
  readonly isReceipt: boolean;
}

function unhashedEvidence({ type, data }: StoredEvent<LeadStreamEvent>): UnhashedEvidence[] {
  const isReceipt = type === 'LeadReceived';
  if (!isReceipt && (type !== 'ConsentRecorded' || data.consent.hash !== undefined)) return [];
  const { consent, personal } = data;
  return consent === null ? [] : [{ consent, box: personal as UnhashedEvidence['box'], isReceipt }];
}
