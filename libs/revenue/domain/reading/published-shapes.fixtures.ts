import { type Reading } from '../postback.events.js';
import { type Hit } from './hit.js';
import { aForm, aPixel, someJson } from './reading.fixtures.js';

/** A report in the shape a platform documents, and what must be read of it. */
export interface PublishedShape {
  readonly title: string;
  readonly hit: Hit;
  /** E.164; `null` where the report must not be taken to name one. */
  readonly caller: string | null;
  readonly reads: Partial<Reading>;
}

const OUR_TRANSFER = '0f6a1c3e-5d2b-8a47-9c10-3e8f7d6b5a49';
const CALLER = '+15125551212';

/** Field names and tokens as Ringba’s articles on pixels and common tokens name them. */
const ringba: PublishedShape[] = [
  {
    title: 'a Ringba payout pixel: the payout wins over the revenue',
    hit: aPixel(
      'token=x&InboundCallId=RGB1A2B3C&CallerId=%2B15125551212&TargetName=Acme+East' +
        '&ConnectedCallLength=125&ConversionAmount=60.00&ConversionPayout=45.00&IsDuplicate=no',
    ),
    caller: CALLER,
    reads: {
      format: 'query',
      vendorCallId: 'RGB1A2B3C',
      buyer: 'Acme East',
      durationSeconds: 125,
      payoutMinor: 4_500,
      isDuplicate: false,
      warnings: [],
    },
  },
  {
    title: 'a Ringba pixel for “converted”, which fires before the payout is known',
    hit: aPixel(
      'InboundCallId=RGB1A2B3C&InboundNumber=%2B15125551212&hasConverted=true' +
        '&conversionPayout=[Call:ConversionPayout]',
    ),
    caller: CALLER,
    reads: {
      billable: true,
      payoutMinor: null,
      warnings: [{ field: 'conversionPayout', code: 'unreplaced_macro' }],
    },
  },
  {
    title: 'a record of Ringba’s call log',
    hit: someJson({
      ...{ inboundCallId: 'RGB9', inboundPhoneNumber: '+15125551212', number: '+18885550100' },
      ...{ callDt: 1_772_366_400_000, callLengthInSeconds: 190, timeToConnectInSeconds: 8 },
      ...{ connectedCallLengthInSeconds: 125, targetName: 'Acme East', hasPayout: true },
      ...{ conversionAmount: 60, payoutAmount: 45.5, isDuplicate: true },
    }),
    caller: CALLER,
    reads: {
      durationSeconds: 125,
      payoutMinor: 4_550,
      billable: true,
      isDuplicate: true,
      callAt: '2026-03-01T12:00:00.000Z',
    },
  },
];

/** Field names as Retreaver’s documentation of its API has them. */
const retreaver: PublishedShape[] = [
  {
    title: 'a Retreaver call, within `call`: cid is a campaign, number was dialed',
    hit: someJson({
      call: {
        ...{ uuid: 'addcf985-017e-4962-be34-cf5d55e74afc', caller: '+15125551212', cid: '1' },
        ...{ caller_number_sent: null, number: '+18885550100', dialed_number: '+18885550101' },
        ...{ dialed_call_duration: 125, total_duration: 190, ivr_duration: 60, hold_duration: 5 },
        ...{ retreaver_seconds: 90, conversion_seconds: 60, status: 'finished' },
        ...{ start_time: '2026-03-01T12:00:00.000Z', end_time: '2026-03-01T12:03:10.000Z' },
        ...{ revenue: 60, payout: 45, postback_value: null, duplicate: false },
        ...{ converted: true, payable: true, system_buyer_id: 'acme' },
      },
    }),
    caller: CALLER,
    reads: {
      format: 'json',
      vendorCallId: 'addcf985-017e-4962-be34-cf5d55e74afc',
      durationSeconds: 125,
      payoutMinor: 4_500,
      billable: true,
      isDuplicate: false,
      buyer: 'acme',
      callAt: '2026-03-01T12:00:00.000Z',
      warnings: [],
    },
  },
  {
    title: 'a Retreaver webhook whose tokens were not all replaced',
    hit: aPixel(
      'call_uuid=u1&caller_number=[caller_number]&caller_number_sent=5125551212&cid=42' +
        '&retreaver_payout=12.5',
    ),
    caller: CALLER,
    reads: { vendorCallId: 'u1', payoutMinor: 1_250, fields: expectedRetreaverFields() },
  },
];

function expectedRetreaverFields() {
  const from = { caller: 'caller_number_sent', vendorCallId: 'call_uuid' };
  return { ...from, payoutMinor: 'retreaver_payout' };
}

/** Field names as TrackDrive’s articles on postbacks name them. */
const trackDrive: PublishedShape[] = [
  {
    title: 'a TrackDrive conversion',
    hit: someJson({
      ...{ auth_token: 'secret', trackdrive_call_uuid: 'td-1', caller_id: '(512) 555-1212' },
      ...{ buyer_converted: 'true', offer_converted: 'false', revenue: '45.00' },
      ...{ post_call_tokens: { note: 'free words' } },
    }),
    caller: CALLER,
    reads: { vendorCallId: 'td-1', billable: true, payoutMinor: 4_500, payoutMode: 'set' },
  },
  {
    title: 'a TrackDrive addition to what was reported before',
    hit: someJson({ trackdrive_call_uuid: 'td-1', add_revenue: 5 }),
    caller: null,
    reads: { payoutMinor: 500, payoutMode: 'add', callerProblem: 'missing' },
  },
  {
    title: 'a TrackDrive form whose fields were left as in the instructions',
    hit: aForm(
      'trackdrive_call_uuid=td-1&revenue=REPLACE_ME%3A+Using+Token&caller=--A--phone--B--',
    ),
    caller: null,
    reads: { vendorCallId: 'td-1', payoutMinor: null, callerProblem: 'missing' },
  },
];

/** Field names as CallScaler’s pages on payouts and webhooks name them. */
const callScaler: PublishedShape[] = [
  {
    title: 'a CallScaler payout that echoes our id as ref_id',
    hit: someJson({
      ...{ event: 'call.completed', ref_id: OUR_TRANSFER, call_id: 'abc-123-def', payout: 45 },
      ...{ caller_number: '+15125551212', tracking_number: '+18885550100', status: 'answered' },
      ...{ destination_number: '+18885550101', duration_seconds: 125, buyer_name: 'Acme' },
      ...{ timestamp: '2026-03-01T12:00:00Z' },
    }),
    caller: CALLER,
    reads: {
      ids: [OUR_TRANSFER],
      vendorCallId: 'abc-123-def',
      payoutMinor: 4_500,
      durationSeconds: 125,
      billable: null,
      buyer: 'Acme',
      callAt: '2026-03-01T12:00:00.000Z',
    },
  },
];

/** Caller, duration, buyer and payout, with the call’s id and status, as LeadRouter reports. */
const leadRouter: PublishedShape[] = [
  {
    title: 'a LeadRouter postback in cents, as a form',
    hit: aForm(
      'caller_id=5125551212&duration=125&buyer=Acme&payout_cents=4500&call_id=lr_1&status=billable',
    ),
    caller: CALLER,
    reads: {
      format: 'form',
      payoutMinor: 4_500,
      durationSeconds: 125,
      buyer: 'Acme',
      vendorCallId: 'lr_1',
      billable: true,
    },
  },
  {
    title: 'a LeadRouter postback in dollars and cents, as a pixel',
    hit: aPixel('caller_id=15125551212&duration=2:05&buyer=Acme&payout=45.00&payout_cents=4500'),
    caller: CALLER,
    reads: { payoutMinor: 4_500, durationSeconds: 125, warnings: [] },
  },
  {
    title: 'a LeadRouter postback with macros of another platform',
    hit: aPixel('caller_id={caller_id}&duration={duration}&buyer=Acme&payout={payout}'),
    caller: null,
    reads: { payoutMinor: null, durationSeconds: null, buyer: 'Acme', callerProblem: 'missing' },
  },
];

const homeMade: PublishedShape[] = [
  {
    title: 'a home-made platform: nested, German decimals, minutes, words for yes',
    hit: someJson(
      {
        Event: 'sale',
        Data: {
          ...{ 'Contact Phone': '512.555.1212', 'Billable-Minutes': '2.5', Advertiser: 'Acme' },
          ...{ Price: '45,50', Approved: 'yes', Qualified: 'Y', Currency: 'usd' },
          ...{ 'Call.Time': '2026-03-01 12:00:00', reference: 'their-own-7' },
        },
      },
      'source=crm',
    ),
    caller: CALLER,
    reads: {
      format: 'mixed',
      ids: [],
      durationSeconds: 150,
      payoutMinor: 4_550,
      currency: 'USD',
      billable: true,
      callAt: '2026-03-01T12:00:00.000Z',
      warnings: [{ field: 'Call.Time', code: 'time_zone_assumed' }],
    },
  },
  {
    title: 'a home-made chargeback',
    hit: aForm('phone=5125551212&uuid=77&amount=%2835.00%29&disposition=chargeback'),
    caller: CALLER,
    reads: { payoutMinor: -3_500, billable: false, vendorCallId: '77' },
  },
];

/** What is documented in public of how platforms report; written from names of fields alone. */
export const publishedShapes: readonly PublishedShape[] = [
  ...[...ringba, ...retreaver, ...trackDrive, ...callScaler, ...leadRouter, ...homeMade],
];
