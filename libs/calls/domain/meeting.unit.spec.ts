import { describe, expect, it } from '@jest/globals';
import {
  after,
  aLead,
  beginConversation,
  CALL_ID,
  consumerLeg,
  decide,
  destinationLeg,
  hearConsumer,
  historyOf,
  meeting,
  requestTransfer,
  startCall,
  TRANSFER_ID,
} from './calls.fixtures.js';
import { type CallCommand } from './calls.commands.js';

const transferId = `${TRANSFER_ID}-1`;
const connect: CallCommand = {
  type: 'ConnectDestination',
  ...{ callId: CALL_ID, transferId, accepted: true, consumer: { kind: 'there' }, at: after(20) },
};
/** The consumer answered at 5 s, the destination at 14 s. */
const answered = historyOf(
  [aLead()],
  startCall(),
  beginConversation(),
  hearConsumer('yes'),
  requestTransfer(),
  destinationLeg('in_progress'),
);
/** The whisper was over at 20 s. */
const sent = historyOf(answered, connect);
const presumed = (seconds: number): CallCommand => ({
  type: 'PresumeMeeting',
  ...{ callId: CALL_ID, transferId, consumer: { kind: 'there' }, at: after(seconds) },
});
const withdrawn = (seconds: number): CallCommand => ({
  type: 'WithdrawTransfer',
  ...{ callId: CALL_ID, transferId, reason: 'stopped', at: after(seconds) },
});

describe('the billable clock', () => {
  it('does not begin when the destination is sent to the consumer', () => {
    expect(decide(answered, connect)).toMatchObject([{ type: 'WhisperPlayed' }]);
  });

  it('begins when the provider saw the destination in the room, however late that is told', () => {
    const late = meeting({ since: after(23), at: after(50) });
    expect(decide(sent, late)).toMatchObject([
      { type: 'CallBridged', data: { transferId, bridgedAt: after(23) } },
    ]);
  });

  it.each([
    ['before the whisper was over', after(19), after(20)],
    ['after it is known', after(99), after(50)],
    ['that is not told', null, after(20)],
  ])('begins at no moment %s', (_, since, bridgedAt) => {
    const told = meeting({ since, at: after(50) });
    expect(decide(sent, told)).toMatchObject([{ data: { bridgedAt } }]);
  });

  it.each([null, 15])(
    'does not begin where the consumer had left: after %p s',
    (durationSeconds) => {
      const gone = { kind: 'gone', durationSeconds, endedAt: null } as const;
      const seen = meeting({ since: after(21), consumer: gone, at: after(40) });
      expect(decide(sent, seen)).toMatchObject([
        { type: 'TransferFailed', data: { reason: 'consumer_gone' } },
        {
          type: 'CallEnded',
          data: { disposition: 'hung_up', connectedSeconds: 0, estimate: null },
        },
      ]);
    },
  );

  it('begins where the consumer left after the destination had come', () => {
    const left = { kind: 'gone', durationSeconds: 17, endedAt: null } as const;
    const seen = meeting({ since: after(21), consumer: left, at: after(40) });
    expect(decide(sent, seen)).toMatchObject([{ type: 'CallBridged' }]);
  });

  it.each([
    ['does not begin where the consumer left first', after(121), ['TransferFailed', 'CallEnded']],
    ['begins where the consumer left later', after(122), ['CallBridged']],
  ])('%s by the provider’s clock, whatever ours says', (_, endedAt, decided) => {
    for (const durationSeconds of [1, 600, null]) {
      const consumer = { kind: 'gone', durationSeconds, endedAt } as const;
      const seen = meeting({ since: after(121), consumer, at: after(40) });
      expect(decide(sent, seen).map(({ type }) => type)).toEqual(decided);
    }
  });

  it('begins where nobody can be asked after the consumer', () => {
    expect(decide(sent, meeting({ consumer: { kind: 'unknown' } }))).toMatchObject([
      { type: 'CallBridged' },
    ]);
  });

  it('begins for the destination’s leg alone, once it was sent', () => {
    expect(decide(sent, meeting({ providerCallId: 'CA1' }))).toEqual([]);
    expect(decide(answered, meeting())).toEqual([]);
  });
});

describe('a meeting that nobody reported', () => {
  it('is told by the end of the destination’s leg', () => {
    const report = destinationLeg('completed', { durationSeconds: 96, at: after(111) });
    expect(decide(sent, report)).toMatchObject([
      { type: 'CallBridged', data: { bridgedAt: after(20) } },
      { type: 'CallEnded', data: { disposition: 'transferred', connectedSeconds: 90 } },
    ]);
    expect(decide([...sent, ...decide(sent, report)], meeting())).toEqual([]);
  });

  it('is not told by the end of the consumer’s, who may have heard nothing but music', () => {
    const report = consumerLeg('completed', { durationSeconds: 105, at: after(111) });
    expect(decide(sent, report)).toMatchObject([
      { type: 'TransferFailed' },
      { type: 'CallEnded', data: { disposition: 'hung_up', connectedSeconds: 0 } },
    ]);
  });

  it.each([6, 25])('did not happen where the destination’s leg took %i s in all', (seconds) => {
    // 14 s to 20 s the whisper; for 15 s after it the provider may have asked in vain what to do.
    const gone = destinationLeg('completed', { durationSeconds: seconds, at: after(40) });
    expect(decide(sent, gone)).toMatchObject([
      { type: 'TransferFailed', data: { reason: 'declined' } },
    ]);
  });

  it('is presumed where the leg goes on for long after the whisper', () => {
    expect(decide(sent, presumed(39))).toEqual([]);
    expect(decide(answered, presumed(60))).toEqual([]);
    expect(decide(sent, presumed(40))).toMatchObject([
      { type: 'CallBridged', data: { bridgedAt: after(20) } },
    ]);
  });

  it('is not torn apart by a stop as if nobody were connected', () => {
    expect(decide(answered, withdrawn(19))).toMatchObject([{ type: 'TransferFailed' }]);
    expect(decide(sent, withdrawn(21))).toEqual([]);
  });
});
