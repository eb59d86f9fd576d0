import { type TenantId } from '#libs/kernel';
import { type Database } from '#libs/read-db';
import { Inject, Injectable } from '@nestjs/common';
import { type FeedbackFilter, listFeedback } from '#projections/lead-feedback';
import { readPage } from '../http/read-page.js';
import { waitIfAsked } from '../http/wait-for-read-models.js';
import { DATABASE } from '../wiring/tokens.js';
import { type ListFeedbackQuery } from './feedback.requests.js';
import { feedbackSummary, type LeadFeedbackPage } from './feedback.response.js';

const READ_MODELS = ['lead_feedback'];

/** Reads pages of what buyers said of leads. */
@Injectable()
export class FeedbackListing {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  async page(tenantId: TenantId, query: ListFeedbackQuery): Promise<LeadFeedbackPage> {
    const source = { database: this.database, tenantId, readModels: READ_MODELS };
    await waitIfAsked(this.database, READ_MODELS, query);
    const { items, ...page } = await readPage(source, (transaction) =>
      listFeedback(transaction, filterOf(query), query),
    );
    return { feedback: items.map(feedbackSummary), ...page, limit: query.limit };
  }
}

function filterOf(query: ListFeedbackQuery): FeedbackFilter {
  const { standing, reason, status, lead_id, token_id } = query;
  return {
    ...(standing !== undefined && { standing }),
    ...(reason !== undefined && { reason }),
    ...(status !== undefined && { status }),
    ...(lead_id !== undefined && { leadId: lead_id.toLowerCase() }),
    ...(token_id !== undefined && { tokenId: token_id.toLowerCase() }),
  };
}
