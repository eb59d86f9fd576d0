import { describe, expect, it } from '@jest/globals';
import { type CallCommand, type ConsumerPresence } from './calls.commands.js';
import {
  after,
  aLead,
  beginConversation,
  CALL_ID,
  decide,
  destinationLeg,
  foundIneligible,
  hearConsumer,
  historyOf,
  meeting,
  requestTransfer,
  startCall,
  TRANSFER_ID,
} from './calls.fixtures.js';

const accepts = (consumer: ConsumerPresence): CallCommand => ({
  type: 'ConnectDestination',
  ...{ callId: CALL_ID, transferId: `${TRANSFER_ID}-1`, accepted: true, at: after(20) },
  consumer,
});
const connect = accepts({ kind: 'there' });

const qualified = historyOf([aLead()], startCall(), beginConversation(), hearConsumer('yes'));
const transferring = historyOf(qualified, requestTransfer(), destinationLeg('placed'));
const answered = historyOf(transferring, destinationLeg('in_progress'));
const bridged = historyOf(answered, connect, meeting());

describe('a destination that accepts', () => {
  it('is connected with nobody where the consumer is gone, and the call is over', () => {
    const gone = accepts({ kind: 'gone', durationSeconds: 14, endedAt: null });
    const decided = decide(answered, gone);
    expect(decided).toMatchObject([
      { type: 'WhisperPlayed' },
      { type: 'TransferFailed', data: { reason: 'consumer_gone' } },
      {
        type: 'CallEnded',
        data: { disposition: 'hung_up', hungUpBy: 'consumer', transferId: null, estimate: null },
      },
    ]);
    expect(decided.at(-1)).toMatchObject({ data: { talkSeconds: 14, connectedSeconds: 0 } });
    expect(decide([...answered, ...decided], gone)).toEqual([]);
  });

  it('is let go where the consumer may not be called any more since it began to ring', () => {
    expect(decide([...answered, foundIneligible('consent_revoked')], connect)).toMatchObject([
      { type: 'WhisperPlayed' },
      { type: 'TransferFailed', data: { reason: 'suppressed' } },
    ]);
  });

  it('is let go where nobody knows whether the consumer is there, who is offered to the next', () => {
    expect(decide(answered, accepts({ kind: 'unknown' }))).toMatchObject([
      { type: 'WhisperPlayed' },
      { type: 'TransferFailed', data: { reason: 'failed' } },
    ]);
  });
});

describe('a consumer who waits for a destination', () => {
  it('is handed to nobody where they opted out since it was chosen', () => {
    const optedOut = [...qualified, foundIneligible('consent_revoked')];
    expect(decide(optedOut, requestTransfer())).toMatchObject([
      { type: 'NoDestinationFound', data: { attempts: 0, routing: { candidates: [] } } },
    ]);
    expect(decide(historyOf(optedOut, requestTransfer()), requestTransfer())).toEqual([]);
  });
});

describe('a consumer who is taken back', () => {
  const takenBack = (reason: 'stopped' | 'suppressed'): CallCommand => ({
    type: 'WithdrawTransfer',
    ...{ callId: CALL_ID, transferId: `${TRANSFER_ID}-1`, reason, at: after(18) },
  });

  it.each(['stopped', 'suppressed'] as const)('is not connected any more: %s', (reason) => {
    const decided = decide(transferring, takenBack(reason));
    expect(decided).toMatchObject([{ type: 'TransferFailed', data: { reason } }]);
    expect(decide([...transferring, ...decided], connect)).toEqual([]);
    expect(decide([...transferring, ...decided], takenBack(reason))).toEqual([]);
  });

  it('after they were connected is left alone', () => {
    expect(decide(bridged, takenBack('stopped'))).toEqual([]);
  });
});
