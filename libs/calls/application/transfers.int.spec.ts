import { DEFAULT_DNC_RULES } from '#events/leads';
import { describe, expect, it } from '@jest/globals';
import { aReport, MONDAY, OURS, UNLISTED } from '../calling-house.fixtures.js';
import { someCaps } from '../domain/destination.fixtures.js';
import { FIRST, SECOND, TransferScene } from '../transfer-scene.fixtures.js';

const scene = TransferScene.ofFile();
const HANG_UP = { hangUp: true };

const reasonsIn = (data: { routing: { candidates: { reasons: string[] }[] } } | null) =>
  data?.routing.candidates.map(({ reasons }) => reasons);

describe('a qualified consumer', () => {
  it('is offered to the destination of the lowest priority number, once', async () => {
    await scene.at(SECOND, { priority: 2 });
    const best = await scene.at(FIRST, { priority: 1, name: 'Best' });
    const ref = await scene.offered();
    expect(await scene.transfersOf(ref)).toMatchObject([
      { destinationId: best, destinationAddress: FIRST, presentedCallerId: OURS },
    ]);
    expect(await scene.legOf(ref)).toMatchObject({ to: FIRST, from: OURS });
    expect(await scene.house.inFlight(best)).toBe(1);
    const events = await scene.house.typesOf(ref.leadId);
    await scene.settle(ref);
    expect(await scene.house.typesOf(ref.leadId)).toEqual(events);
  });

  it('is shown to the destination by their own number where it asks for that', async () => {
    await scene.at(FIRST, { presentsConsumer: true });
    const ref = await scene.offered();
    expect(await scene.legOf(ref)).toMatchObject({ to: FIRST, from: '+12125557001' });
    expect(await scene.transfersOf(ref)).toMatchObject([{ presentedCallerId: null }]);
  });

  it('waits while whoever answers would hear nothing, and is offered when they would', async () => {
    const best = await scene.at(FIRST);
    const ref = await scene.qualified();
    scene.isSpoken = false;
    await expect(scene.settle(ref)).rejects.toMatchObject({ code: 'voice_unavailable' });
    expect(await scene.transfersOf(ref)).toEqual([]);
    expect(await scene.house.inFlight(best)).toBe(0);
    scene.isSpoken = true;
    await scene.settle(ref);
    expect(await scene.addressesOf(ref)).toEqual([FIRST]);
  });

  it('is held for some minutes and then told that nobody is there, whatever is out of order', async () => {
    const best = await scene.at(FIRST);
    const ref = await scene.qualified();
    scene.isSpoken = false;
    scene.clock.set(new Date(Date.parse(MONDAY) + 180_000).toISOString());
    await expect(scene.settle(ref)).rejects.toMatchObject({ code: 'voice_unavailable' });
    scene.clock.set(new Date(Date.parse(MONDAY) + 180_001).toISOString());
    await scene.settle(ref);
    scene.clock.set(MONDAY);
    expect(await scene.house.typesOf(ref.leadId)).toContain('NoDestinationFound');
    expect((await scene.house.voice.consumers.next(ref, aReport())).at(-1)).toEqual(HANG_UP);
    expect(await scene.house.inFlight(best)).toBe(0);
  });

  it('holds while a busy destination is followed by the next', async () => {
    const [first, second] = [await scene.at(FIRST), await scene.at(SECOND, { priority: 2 })];
    const ref = await scene.offered();
    await scene.reported(ref, 1, { status: 'busy' });
    expect(await scene.addressesOf(ref)).toEqual([FIRST, SECOND]);
    expect((await scene.house.voice.consumers.next(ref, aReport())).at(-1)).toMatchObject({
      wait: {},
    });
    expect([await scene.house.inFlight(first), await scene.house.inFlight(second)]).toEqual([0, 1]);
    expect(reasonsIn((await scene.transfersOf(ref))[1] ?? null)).toEqual([[], ['already_tried']]);
  });

  it('is offered to the next where a destination declines, whose leg ends', async () => {
    await scene.at(FIRST, { acceptKey: '1' });
    await scene.at(SECOND, { priority: 2 });
    const ref = await scene.offered();
    await scene.answers(ref, { digits: '2' });
    await scene.settle(ref);
    expect(await scene.house.typesOf(ref.leadId)).toContain('WhisperPlayed');
    expect(await scene.addressesOf(ref)).toEqual([FIRST, SECOND]);
    await scene.legIsOver(ref);
  });

  it('is offered to the next where a machine answers, which is hung up', async () => {
    await scene.at(FIRST);
    await scene.at(SECOND, { priority: 2 });
    const ref = await scene.offered();
    await scene.reported(ref, 1, { status: 'in_progress', answeredBy: 'machine' });
    expect(await scene.house.lastOf(ref.leadId, 'TransferFailed')).toMatchObject({
      reason: 'machine',
    });
    expect(await scene.addressesOf(ref)).toEqual([FIRST, SECOND]);
    await scene.legIsOver(ref);
  });

  it('is offered to another destination than one that is full, and to the full one later', async () => {
    const full = await scene.at(FIRST, { caps: someCaps({ concurrent: 1 }) });
    await scene.at(SECOND, { priority: 2 });
    const ahead = await scene.qualified();
    await scene.settle(ahead);
    expect(await scene.addressesOf(ahead)).toEqual([FIRST]);
    const ref = await scene.offered();
    expect(await scene.addressesOf(ref)).toEqual([SECOND]);
    expect(reasonsIn((await scene.transfersOf(ref))[0] ?? null)).toContainEqual([
      'concurrency_cap_reached',
    ]);
    await scene.reported(ahead, 1, { status: 'no_answer' });
    expect(await scene.house.inFlight(full)).toBe(0);
    const last = await scene.qualified();
    await scene.settle(last);
    expect(await scene.addressesOf(last)).toEqual([FIRST]);
  });

  it('never takes more slots than there are, however many wait at once', async () => {
    const scarce = await scene.at(FIRST, { caps: someCaps({ concurrent: 2 }) });
    const waiting = await Promise.all(Array.from({ length: 6 }, () => scene.qualified()));
    await Promise.all(waiting.map((ref) => scene.settle(ref)));
    const offered = await Promise.all(waiting.map((ref) => scene.addressesOf(ref)));
    expect(offered.flat()).toEqual([FIRST, FIRST]);
    expect(await scene.house.inFlight(scarce)).toBe(2);
  });

  it('is not handed to a seller they are suppressed for, but to the next', async () => {
    await scene.at(FIRST, { brandName: 'Acme' });
    await scene.at(SECOND, { name: 'Northwind', priority: 2 });
    scene.house.lists.refusedSellers = ['Acme'];
    const ref = await scene.offered();
    expect(await scene.addressesOf(ref)).toEqual([SECOND]);
    const [{ routing } = {}] = await scene.transfersOf(ref);
    expect(routing?.candidates.map(({ reasons }) => reasons)).toEqual([
      [],
      ['suppressed_for_seller'],
    ]);
  });

  it('is not handed to a seller they were suppressed for while another rang', async () => {
    await scene.at(FIRST);
    await scene.at(SECOND, { name: 'Acme', priority: 2 });
    const ref = await scene.offered();
    scene.house.lists.refusedSellers = ['Acme'];
    await scene.reported(ref, 1, { status: 'busy' });
    expect(await scene.addressesOf(ref)).toEqual([FIRST]);
    expect(reasonsIn(await scene.house.lastOf(ref.leadId, 'NoDestinationFound'))).toContainEqual([
      'suppressed_for_seller',
    ]);
  });

  it.each([
    ['what lists mean blocks the call', 'block', [['dnc_listed']]],
    ['what lists mean allows it', 'allow', [[]]],
  ] as const)('is handed over or not as %s, which is told', async (_, national, reasons) => {
    await scene.at(FIRST);
    const answers = { outcome: 'listed' as const, lists: ['national'], checkedAt: MONDAY };
    const matrix = { ...DEFAULT_DNC_RULES.matrix, national };
    scene.house.lists.answers = {
      ...{ ...UNLISTED, dnc: { ...answers, listVersion: null } },
      dncRules: { version: 4, matrix },
    };
    const ref = await scene.offered();
    const decided =
      (await scene.transfersOf(ref))[0] ??
      (await scene.house.lastOf(ref.leadId, 'NoDestinationFound'));
    expect(reasonsIn(decided)).toEqual(reasons);
    expect(decided?.routing.dncFinding).toMatchObject({
      rulesVersion: 4,
      answers: { national: national === 'allow' ? 'allowed' : 'blocked' },
    });
  });

  it('is told so where nobody is left', async () => {
    await scene.at(FIRST);
    const ref = await scene.offered();
    await scene.reported(ref, 1, { status: 'no_answer' });
    expect(await scene.house.lastOf(ref.leadId, 'NoDestinationFound')).toMatchObject({
      attempts: 1,
    });
    const steps = await scene.house.voice.consumers.next(ref, aReport());
    expect(steps).toMatchObject([{ say: expect.stringContaining('agents are busy') }, HANG_UP]);
  });

  it('is handed to nobody once they opt out while one rings, and told so', async () => {
    const [first, second] = [await scene.at(FIRST), await scene.at(SECOND, { priority: 2 })];
    const ref = await scene.offered();
    const { consumers } = scene.house.voice;
    await consumers.disclosed(ref, 1, aReport({ digits: '9' }));
    await scene.reported(ref, 1, { status: 'busy' });
    expect(await scene.addressesOf(ref)).toEqual([FIRST]);
    expect((await scene.house.typesOf(ref.leadId)).slice(-3)).toEqual([
      ...['ConsumerOptedOut', 'TransferFailed', 'NoDestinationFound'],
    ]);
    expect([await scene.house.inFlight(first), await scene.house.inFlight(second)]).toEqual([0, 0]);
    const steps = await consumers.next(ref, aReport());
    expect(steps).toMatchObject([{ say: expect.stringContaining('not be called again') }, HANG_UP]);
  });

  it('is not handed over more often than the tenant allows', async () => {
    await scene.house.configure({ transferAttemptsMax: 1 });
    await scene.at(FIRST);
    await scene.at(SECOND, { priority: 2 });
    const ref = await scene.offered();
    await scene.reported(ref, 1, { status: 'busy' });
    expect(await scene.addressesOf(ref)).toEqual([FIRST]);
    const decided = await scene.house.lastOf(ref.leadId, 'NoDestinationFound');
    expect(reasonsIn(decided)?.every(([reason]) => reason === 'attempts_exhausted')).toBe(true);
  });

  const pullStop = () => scene.house.changeDialing({ type: 'StopDialing', reason: null });
  const suppress = () => {
    scene.house.lists.answers = { ...UNLISTED, suppressionEntryId: 'entry' };
    return Promise.resolve();
  };
  const suppressBrand = () => {
    scene.house.lists.answers = {
      ...UNLISTED,
      suppressionEntryId: 'entry',
      suppressionScope: 'brand',
    };
    return Promise.resolve();
  };
  const waitForEvening = () => {
    scene.clock.set('2026-12-01T04:00:00.000Z');
    return Promise.resolve();
  };
  const erase = () => {
    scene.house.eraseEverybody();
    return Promise.resolve();
  };

  it.each([
    ['the stop is pulled', 'dialing_stopped', pullStop],
    ['their number was suppressed', 'suppressed', suppress],
    ['it was suppressed for the brand', 'suppressed_for_brand', suppressBrand],
    ['their evening has come', 'outside_calling_hours', waitForEvening],
    ['they were erased', 'erased', erase],
  ])('is handed to nobody once %s', async (_, reason, happens) => {
    await scene.at(FIRST);
    await happens();
    const ref = await scene.qualified();
    await scene.settle(ref);
    scene.clock.set(MONDAY);
    expect(await scene.addressesOf(ref)).toEqual([]);
    expect(reasonsIn(await scene.house.lastOf(ref.leadId, 'NoDestinationFound'))).toEqual([
      [reason],
    ]);
  });
});
