import { describe, expect, it } from '@jest/globals';
import { type DomainError, fold } from '#libs/kernel';
import { aPostbackReading, postbackReceived } from '#events/testing';
import {
  type AssignPostback,
  type LeaveUnmatched,
  type PostbackCommand,
} from './postback.commands.js';
import { postbackDecider } from './postback.decider.js';
import { type KnownPostback } from './postback.js';
import { type PostbackEvent } from './postback.events.js';
import { aMatch } from './revenue.fixtures.js';

const at = '2026-01-06T16:06:00.000Z';
const { data: postback } = postbackReceived();

const receive: PostbackCommand = { type: 'ReceivePostback', postback };
const assign = (transferId = 'transfer-1', rule = aMatch.rule): AssignPostback => ({
  ...{ type: 'AssignPostback', leadId: 'lead-1', transferId, reason: null, at },
  ...{ match: { ...aMatch, rule }, timesReadAnew: 0 },
});
const settle = (transferId = 'transfer-1'): PostbackCommand => ({
  ...{ type: 'SettlePostback', transferId, outcome: 'matched', at },
  ...{ destinationId: 'buyer-1', mode: 'live', warnings: ['currency_mismatch'] },
});
const leave = (nearestMs: number | null = null): LeaveUnmatched => ({
  ...{ type: 'LeaveUnmatched', reason: 'no_transfer_for_caller', nearestMs, at },
  timesReadAnew: 0,
});
const release = (number = 1): PostbackCommand => ({ type: 'ReleasePostback', number, at });
const readAnew = (payoutMinor: number): PostbackCommand => ({
  ...{ type: 'ReadAnew', reading: aPostbackReading({ payoutMinor }), destinationId: 'buyer-1', at },
});
const unlinkFrom = (transferId: string | null): PostbackCommand => ({
  ...{ type: 'UnlinkPostback', transferId, reason: 'wrong call', at },
});
const unlink = unlinkFrom(null);
const confirm = (transferId = 'transfer-1'): PostbackCommand => ({
  ...{ type: 'ConfirmMatch', transferId, reason: 'the other was a test', at },
});
const ignore: PostbackCommand = { type: 'IgnorePostback', reason: 'a test', at };

/** What the last command leads to after those before it. */
function led(...commands: PostbackCommand[]): PostbackEvent[] {
  const events: PostbackEvent[] = [];
  let last: PostbackEvent[] = [];
  for (const command of commands) {
    last = postbackDecider.decide(command, fold(postbackDecider, events));
    events.push(...last);
  }
  return last;
}
const types = (...commands: PostbackCommand[]) => led(...commands).map(({ type }) => type);

const refusal = (...commands: PostbackCommand[]) => refused(...commands)?.code ?? 'none';
const words = (...commands: PostbackCommand[]) => refused(...commands)?.message ?? 'none';

function refused(...commands: PostbackCommand[]): DomainError | null {
  try {
    led(...commands);
  } catch (error) {
    return error as DomainError;
  }
  return null;
}

describe('a report', () => {
  it('is received once', () => {
    expect(types(receive)).toEqual(['PostbackReceived']);
    expect(types(receive, receive)).toEqual([]);
    expect(refusal(assign())).toBe('postback_not_found');
  });

  it('is not assigned by a reading that was replaced meanwhile', () => {
    const readOtherwise: PostbackCommand = {
      ...{ type: 'ReadAnew', destinationId: 'buyer-1', at },
      reading: aPostbackReading({ payoutMinor: 9_000, mapVersion: '1.1' }),
    };
    expect(types(receive, readOtherwise, assign())).toEqual([]);
    expect(types(receive, readOtherwise, assign('transfer-1', 'manual'))).toEqual([
      'PostbackAssigned',
    ]);
  });

  it('is not assigned by what was found before its token was for another destination', () => {
    const { reading } = postback;
    const narrow: PostbackCommand = { type: 'ReadAnew', reading, destinationId: 'buyer-2', at };
    expect(types(receive, narrow, assign())).toEqual([]);
    expect(types(receive, narrow, { ...assign(), timesReadAnew: 1 })).toEqual(['PostbackAssigned']);
    const widen: PostbackCommand = { ...narrow, destinationId: postback.destinationId };
    expect(types(receive, narrow, widen, assign())).toEqual([]);
  });

  it('is not left unmatched by a reading that was replaced meanwhile', () => {
    expect(types(receive, readAnew(7_000), leave())).toEqual([]);
    const leaveNow = { ...leave(), timesReadAnew: 1 };
    expect(types(receive, readAnew(7_000), leaveNow)).toEqual(['PostbackLeftUnmatched']);
  });

  it('gets one transfer by the rules, whoever else comes with another', () => {
    expect(types(receive, leave(), assign())).toEqual(['PostbackAssigned']);
    expect(types(receive, assign(), assign('transfer-2'))).toEqual([]);
    expect(types(receive, assign(), settle(), assign('transfer-2'))).toEqual([]);
    expect(types(receive, assign(), leave())).toEqual([]);
  });

  it('is settled once, and only with the transfer it got', () => {
    expect(types(receive, assign(), settle())).toEqual(['PostbackSettled']);
    expect(types(receive, assign(), settle('transfer-2'))).toEqual([]);
    expect(types(receive, assign(), settle(), settle())).toEqual([]);
    expect(types(receive, settle())).toEqual([]);
  });

  it('waits for another transfer when the ledger refused it, once for each assignment', () => {
    expect(led(receive, assign(), release())).toMatchObject([
      { type: 'PostbackLeftUnmatched', data: { unmatchedReason: 'already_matched_conflict' } },
    ]);
    expect(types(receive, assign(), release(), release())).toEqual([]);
    expect(types(receive, assign(), release(), settle())).toEqual([]);
    const again = [receive, assign(), release(), assign('transfer-2')] as const;
    expect(types(...again)).toEqual(['PostbackAssigned']);
    expect(types(...again, release())).toEqual([]);
    expect(types(...again, release(2))).toEqual(['PostbackLeftUnmatched']);
    expect(types(receive, assign(), settle(), release())).toEqual([]);
  });

  it('is left unmatched again only if that says something new', () => {
    expect(types(receive, leave())).toEqual(['PostbackLeftUnmatched']);
    expect(types(receive, leave(), leave())).toEqual([]);
    expect(types(receive, leave(), leave(14_400_001))).toEqual(['PostbackLeftUnmatched']);
  });

  it('is read anew while it waits, if that says something else', () => {
    expect(types(receive, leave(), readAnew(7_000))).toEqual(['PostbackReadAnew']);
    expect(types(receive, readAnew(7_000), readAnew(7_000))).toEqual([]);
    expect(types(receive, assign(), readAnew(7_000))).toEqual([]);
  });

  it('keeps what its ledger found odd, until that hears of it again', () => {
    const counted = [receive, assign(), settle()] as const;
    const history = [led(receive), led(receive, assign()), led(...counted)].flat();
    const { assignment } = fold(postbackDecider, history) as KnownPostback;
    expect(assignment).toMatchObject({ ledgerWarnings: ['currency_mismatch'] });
    expect(assignment?.match.warnings).toEqual([]);
  });

  it('is read anew once it counts, if its ledger has to know, and settled again', () => {
    const counted = [receive, assign(), settle()] as const;
    expect(types(...counted, readAnew(7_000))).toEqual(['PostbackReadAnew']);
    expect(types(...counted, readAnew(7_000), readAnew(8_000))).toEqual([]);
    expect(types(...counted, readAnew(7_000), settle())).toEqual(['PostbackSettled']);
    expect(types(...counted, readAnew(7_000), settle(), readAnew(7_000))).toEqual([]);
    const reading = { ...aPostbackReading(), mapVersion: '1.9' };
    const sameMoney = { ...readAnew(0), reading } as PostbackCommand;
    expect(types(...counted, sameMoney)).toEqual([]);
    const narrowed = { ...sameMoney, destinationId: 'buyer-2' } as PostbackCommand;
    expect(types(...counted, narrowed)).toEqual(['PostbackReadAnew']);
  });

  it('is unlinked by a person, and then left alone by the rules', () => {
    const unlinked = [receive, assign(), settle(), unlink] as const;
    expect(types(...unlinked)).toEqual(['PostbackUnlinked']);
    expect(types(...unlinked, unlink)).toEqual([]);
    expect(types(...unlinked, assign())).toEqual([]);
    expect(types(...unlinked, leave())).toEqual([]);
    expect(types(...unlinked, assign('transfer-2', 'manual'))).toEqual(['PostbackAssigned']);
    expect(refusal(receive, leave(), unlink)).toBe('postback_not_matched');
  });

  it('is linked by a person unless it counts elsewhere', () => {
    expect(types(receive, leave(), assign('transfer-2', 'manual'))).toEqual(['PostbackAssigned']);
    expect(refusal(receive, assign(), assign('transfer-2', 'manual'))).toBe(
      'postback_matched_elsewhere',
    );
  });

  it('is taken off no transfer that nobody looked at', () => {
    const counted = [receive, assign(), settle()] as const;
    expect(types(...counted, unlinkFrom('transfer-1'))).toEqual(['PostbackUnlinked']);
    expect(refusal(...counted, unlinkFrom('transfer-2'))).toBe('postback_matched_elsewhere');
    expect(words(...counted, unlinkFrom('transfer-2'))).toMatch(/unlink the report from it if/);
    expect(refusal(receive, leave(), unlinkFrom('transfer-1'))).toBe('postback_not_matched');
    expect(types(...counted, unlink, unlinkFrom('transfer-1'))).toEqual([]);
  });

  it('has its match confirmed by a person who looked at it, once for each match', () => {
    const counted = [receive, assign(), settle()] as const;
    expect(types(...counted, confirm())).toEqual(['PostbackMatchConfirmed']);
    expect(types(...counted, confirm(), confirm())).toEqual([]);
    expect(refusal(...counted, confirm('transfer-2'))).toBe('postback_matched_elsewhere');
    expect(refusal(receive, leave(), confirm())).toBe('postback_not_matched');
    const elsewhere = [...counted, confirm(), unlink, assign('transfer-2', 'manual')] as const;
    expect(types(...elsewhere, confirm('transfer-2'))).toEqual(['PostbackMatchConfirmed']);
    expect(types(...counted, confirm(), unlink)).toEqual(['PostbackUnlinked']);
  });

  it('has its match confirmed, too, by a person who links it where it counts already', () => {
    const counted = [receive, assign(), settle()] as const;
    const link = assign('transfer-1', 'manual');
    expect(led(...counted, { ...link, reason: 'it is that one' })).toMatchObject([
      { type: 'PostbackMatchConfirmed', data: { reason: 'it is that one' } },
    ]);
    expect(types(...counted, link, link)).toEqual([]);
    expect(types(...counted, confirm(), link)).toEqual([]);
    expect(types(receive, link, settle(), link)).toEqual([]);
  });

  it('is refused in words that say what to do next about what was wished', () => {
    const counted = [receive, assign(), settle()] as const;
    expect(words(receive, leave(), unlink)).toMatch(/nothing to unlink. Ignore it/);
    expect(words(receive, leave(), confirm())).toMatch(/no match to confirm. Link it/);
    expect(words(...counted, ignore)).toMatch(/Unlink it first, then ignore it/);
    expect(words(...counted, confirm('transfer-2'))).toMatch(/confirm it if it is right/);
    expect(words(...counted, assign('transfer-2', 'manual'))).toMatch(/then link it here/);
  });

  it('is ignored by a person unless it counts, and can be linked after all', () => {
    expect(types(receive, ignore)).toEqual(['PostbackIgnored']);
    expect(types(receive, ignore, ignore)).toEqual([]);
    expect(types(receive, ignore, assign())).toEqual([]);
    expect(types(receive, ignore, assign('transfer-1', 'manual'))).toEqual(['PostbackAssigned']);
    expect(types(receive, assign(), settle(), unlink, ignore)).toEqual(['PostbackIgnored']);
    expect(refusal(receive, assign(), ignore)).toBe('postback_matched');
  });
});
