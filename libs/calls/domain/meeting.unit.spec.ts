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
  ...{ callId: CALL_ID, transferId, at: after(seconds) },
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

  it('begins for the destination’s leg alone, once it was sent', () => {
    expect(decide(sent, meeting({ providerCallId: 'CA1' }))).toEqual([]);
    expect(decide(answered, meeting())).toEqual([]);
  });
});

describe('a meeting that nobody reported', () => {
  it.each([
    ['destination', destinationLeg('completed', { durationSeconds: 96, at: after(111) })],
    ['consumer', consumerLeg('completed', { durationSeconds: 105, at: after(111) })],
  ])('is told by the end of the leg of the %s', (_, report) => {
    expect(decide(sent, report)).toMatchObject([
      { type: 'CallBridged', data: { bridgedAt: after(20) } },
      { type: 'CallEnded', data: { disposition: 'transferred', connectedSeconds: 90 } },
    ]);
    expect(decide([...sent, ...decide(sent, report)], meeting())).toEqual([]);
  });

  it('did not happen where the destination was gone with the whisper', () => {
    const gone = destinationLeg('completed', { durationSeconds: 6, at: after(21) });
    expect(decide(sent, gone)).toMatchObject([
      { type: 'TransferFailed', data: { reason: 'declined' } },
    ]);
  });

  it('is presumed where the leg goes on for long after the whisper', () => {
    expect(decide(sent, presumed(29))).toEqual([]);
    expect(decide(answered, presumed(60))).toEqual([]);
    expect(decide(sent, presumed(30))).toMatchObject([
      { type: 'CallBridged', data: { bridgedAt: after(20) } },
    ]);
  });

  it('is not torn apart by a stop as if nobody were connected', () => {
    expect(decide(sent, withdrawn(25))).toMatchObject([{ type: 'TransferFailed' }]);
    expect(decide(sent, withdrawn(30))).toEqual([]);
  });
});
