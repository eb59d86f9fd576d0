import { pongoSingleStreamProjection } from '@event-driven-io/emmett-postgresql';
import { type CopiedLeadEvent, leadEventTypes } from './lead-list.events.js';

/** A lead of the list as a document. */
type LeadDocument = Readonly<Record<string, unknown>> & { readonly duplicateCount: number };

function evolve(
  document: LeadDocument | null,
  { type, data }: CopiedLeadEvent,
): LeadDocument | null {
  if (type === 'LeadReceived') {
    const { verdict, tenantId, leadId, mode, source, channel, state, phoneHash } = data;
    const { personal, receivedAt, recordedAt: updatedAt } = data;
    return {
      ...{
        tenantId,
        leadId,
        mode,
        source,
        channel,
        state,
        phoneHash,
        personal,
        receivedAt,
        updatedAt,
      },
      status: verdict?.eligible === true ? 'new' : 'ineligible',
      ineligibleReasons: verdict?.reasons ?? [],
      ...{ duplicateCount: 0, lastDuplicateAt: null },
    };
  }
  if (document === null) return null;
  const lead = { ...document, updatedAt: data.recordedAt };
  switch (type) {
    case 'LeadFoundEligible':
      return { ...lead, status: 'new', ineligibleReasons: [] };
    case 'LeadFoundIneligible':
      return { ...lead, status: 'ineligible', ineligibleReasons: data.reasons };
    case 'LeadDeduplicated':
      return {
        ...lead,
        duplicateCount: document.duplicateCount + 1,
        lastDuplicateAt: data.submittedAt,
      };
    case 'ConsentRecorded':
      return lead;
    case 'ConsentRevoked':
      return { ...lead, status: 'ineligible', ineligibleReasons: revokedReasons(lead) };
  }
}

function revokedReasons({ ineligibleReasons }: LeadDocument): string[] {
  const reasons = ineligibleReasons as readonly string[];
  return ['consent_revoked', ...reasons.filter((reason) => !reason.startsWith('consent_'))];
}

/** The lead list as documents, the form its documentation begins with. */
export const documentProjection = pongoSingleStreamProjection<LeadDocument, CopiedLeadEvent>({
  collectionName: 'lead_documents',
  canHandle: leadEventTypes,
  evolve,
});
