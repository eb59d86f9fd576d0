import { describe, expect, it } from '@jest/globals';
import { readRoomReport } from './room-report.js';

const JOINED = {
  ...{ ConferenceSid: 'CF1', FriendlyName: 'call-1', CallSid: 'CA2' },
  ...{ StatusCallbackEvent: 'participant-join', Timestamp: 'Sat, 28 Nov 2026 08:00:00 +0000' },
};

describe('a report about a room', () => {
  it('says which leg came in, and when', () => {
    expect(readRoomReport(JOINED)).toEqual({
      ...{ event: 'joined', providerCallId: 'CA2', at: '2026-11-28T08:00:00.000Z' },
    });
  });

  it('says which leg left', () => {
    const left = { ...JOINED, StatusCallbackEvent: 'participant-leave' };
    expect(readRoomReport(left)).toMatchObject({ event: 'left', providerCallId: 'CA2' });
  });

  it('may be of something that concerns no leg', () => {
    expect(readRoomReport({ StatusCallbackEvent: 'conference-end' })).toEqual({
      ...{ event: 'other', providerCallId: null, at: null },
    });
  });

  it('is refused where it does not say what happened', () => {
    expect(() => readRoomReport({ CallSid: 'CA2' })).toThrow(
      expect.objectContaining({ code: 'telephony_report_unreadable' }),
    );
  });
});
