import { describe, expect, it } from '@jest/globals';
import { DomainError } from '#libs/kernel';
import { readOutcomeLine, refusedRow, takenRow, toOutcomeLine } from './row-outcome.js';

const leadId = '0b1c9e52-6d0f-8a3e-9f57-2f4f6c1d7a10';
const received = { leadId, warnings: [], position: null, replayed: false };

describe('what became of a row', () => {
  it.each([
    [
      takenRow(1, { ...received, outcome: 'created', status: 'new', ineligibleReasons: [] }),
      `1,created,${leadId},new,`,
    ],
    [
      takenRow(2, {
        ...received,
        ...{ outcome: 'created', status: 'ineligible' },
        ineligibleReasons: ['consent_missing', 'suppressed'],
      }),
      `2,ineligible,${leadId},ineligible,consent_missing; suppressed`,
    ],
    [
      takenRow(3, { ...received, outcome: 'duplicate', status: 'new', ineligibleReasons: [] }),
      `3,duplicate,${leadId},new,phone_received_before`,
    ],
    [
      refusedRow(
        4,
        new DomainError('validation', 'invalid_phone', '', {
          details: [{ field: 'phone', code: 'required', message: 'is required, "really"' }],
        }),
      ),
      '4,error,,,"invalid_phone: phone is required, ""really"""',
    ],
  ] as const)('is a line of the outcome file that can be read back', (result, line) => {
    expect(toOutcomeLine(result)).toBe(`${line}\n`);
    expect(readOutcomeLine(line)).toEqual({ row: result.row, outcome: result.outcome });
  });

  it.each(['', '7,crea', 'row,outcome,lead_id,status,reason', '\0\0\0'])(
    'is nothing in a line that is not whole: %j',
    (line) => {
      expect(readOutcomeLine(line)).toBeNull();
    },
  );
});
