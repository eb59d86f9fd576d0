import { describe, expect, it } from '@jest/globals';
import { validateSync } from 'class-validator';
import { IsReason } from './field-rules.js';

class Correction {
  @IsReason()
  reason: unknown;
}

function accepts(reason: unknown): boolean {
  return validateSync(Object.assign(new Correction(), { reason })).length === 0;
}

describe('a reason', () => {
  it('is what somebody wrote', () => {
    expect(['mistyped', ' x ', 'é'.repeat(500)].filter(accepts)).toHaveLength(3);
  });

  it('is not blank, too long, no text, or text that cannot be stored', () => {
    const refused = ['', ' ', ' \n\t\u00a0', 'x'.repeat(501), 7, null, undefined, 'a\0', '\ud800'];
    expect(refused.filter(accepts)).toEqual([]);
  });
});
