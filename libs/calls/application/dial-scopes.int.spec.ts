import { describe, expect, it } from '@jest/globals';
import { ACME, UNLISTED } from '../calling-house.fixtures.js';
import { DiallerScene } from '../dialler-scene.fixtures.js';
import { someSettings as someDestination } from '../domain/destination.fixtures.js';
import { type DestinationSettings } from '../domain/destination.events.js';
import { type KnownDestination } from './destination-directory.js';

const scene = DiallerScene.ofFile();

/** A destination with its name for an id. */
const named = (name: string, more: Partial<DestinationSettings> = {}): KnownDestination => ({
  ...{ destinationId: name, version: 1, paused: false },
  settings: someDestination({ name, ...more }),
});
const diallerFor = (...known: KnownDestination[]) =>
  scene.house.dialler(scene.telephony, { destinations: { of: () => known } });

describe('right before a dial', () => {
  it('asks for the brand the lead was collected under and those it is called under', async () => {
    await scene.house.configure({ seller: 'Acme Insurance', telemarketer: 'Acme Leads' });
    const leadId = await scene.house.receive({ source: 'Acme Quotes' });
    scene.house.lists.answers = {
      ...UNLISTED,
      suppressionEntryId: 'one',
      suppressionScope: 'brand',
    };
    expect(await diallerFor(named('Northwind')).dial(ACME, leadId)).toMatchObject({
      outcome: 'deferred',
    });
    expect(scene.house.lists.askedBrands).toEqual([
      ['Acme Quotes', 'Acme Insurance', 'Acme Leads'],
    ]);
    expect(await scene.house.lastOf(leadId, 'DialDeferred')).toMatchObject({
      obstacles: ['suppressed_for_brand'],
    });
  });

  it('calls nobody for nothing: not where every seller is suppressed for them', async () => {
    const leadId = await scene.house.receive();
    const dialler = diallerFor(named('Acme'), named('Northwind'));
    scene.house.lists.refusedSellers = ['Acme', 'Northwind'];
    expect(await dialler.dial(ACME, leadId)).toMatchObject({ outcome: 'deferred' });
    expect(await scene.house.lastOf(leadId, 'DialDeferred')).toMatchObject({
      obstacles: ['suppressed_for_all_sellers'],
      nextAllowedAt: '2026-11-30T18:00:00.000Z',
    });
    scene.house.lists.refusedSellers = ['Acme'];
    expect(await dialler.dial(ACME, leadId)).toMatchObject({ outcome: 'called' });
  });

  it('waits for the one that takes the lead, though another is open that will refuse it', async () => {
    const leadId = await scene.house.receive({ state: 'TX' });
    const inOhio = { field: 'lead.state', op: 'eq', value: 'OH' } as const;
    const picky = named('Northwind', { filter: { op: 'and', rules: [inOhio] } });
    const { schedule } = someDestination();
    const hours = { tuesday: [{ from: '11:00', to: '12:00' }] };
    const late = named('Acme', { schedule: { ...schedule, hours, offHours: 'queue' } });
    expect(await diallerFor(picky, late).dial(ACME, leadId)).toMatchObject({ outcome: 'deferred' });
    expect(await scene.house.lastOf(leadId, 'DialDeferred')).toMatchObject({
      ...{ obstacles: ['no_destination_open'], nextAllowedAt: '2026-12-01T16:00:00.000Z' },
    });
  });

  it('calls nobody for a destination that will refuse them whatever they answer', async () => {
    const leadId = await scene.house.receive({ state: 'TX' });
    const inOhio = { field: 'lead.state', op: 'eq', value: 'OH' } as const;
    const picky = named('Northwind', { filter: { op: 'and', rules: [inOhio] } });
    scene.house.lists.refusedSellers = ['Acme'];
    const dialler = diallerFor(named('Acme'), picky);
    expect(await dialler.dial(ACME, leadId)).toMatchObject({ outcome: 'deferred' });
    expect(await scene.house.lastOf(leadId, 'DialDeferred')).toMatchObject({
      obstacles: ['suppressed_for_all_sellers'],
    });
  });

  it('waits for the seller who is left to open, not for one the consumer refuses', async () => {
    const leadId = await scene.house.receive();
    const { schedule } = someDestination();
    const hours = { tuesday: [{ from: '10:00', to: '18:00' }] };
    const later = { ...schedule, timeZone: 'America/Chicago', hours, offHours: 'queue' as const };
    const dialler = diallerFor(named('Acme'), named('Northwind', { schedule: later }));
    scene.house.lists.refusedSellers = ['Acme'];
    await dialler.dial(ACME, leadId);
    expect(await scene.house.lastOf(leadId, 'DialDeferred')).toMatchObject({
      ...{ obstacles: ['no_destination_open'], nextAllowedAt: '2026-12-01T16:00:00.000Z' },
    });
  });
});
