import { describe, expect, it } from '@jest/globals';
import { type StackConnection } from '../connection/stack-connection.js';
import { leadHistory } from './lead-history.js';
import { replayLead } from './replay-lead.js';

const leadId = '2d0682a7-1c5b-8a47-9c10-3e8f7d6b5a49';
const event = {
  ...{ type: 'LeadDeduplicated', data: { leadId }, revision: 0n, recordedAt: new Date(0) },
  metadata: { tenantId: 'demo', actor: { kind: 'system', id: 'spec' } },
};
/** A stack whose log holds one lead. */
const stack = {
  runner: {
    history: (stream: string) => Promise.resolve(stream === `lead-${leadId}` ? [event] : []),
  },
  keys: { openAll: () => Promise.resolve([]) },
} as unknown as StackConnection;

describe('a lead that is asked for', () => {
  it('is found with its id in capitals, and named as it is stored', async () => {
    const asked = { leadId: leadId.toUpperCase() };
    expect(await leadHistory(stack, asked)).toMatchObject({ leadId, tenantId: 'demo' });
    expect(await replayLead(stack, asked)).toMatchObject({ leadId, tenantId: 'demo' });
  });
});
