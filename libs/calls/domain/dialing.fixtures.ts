import { type DialingSettings } from './dialing.events.js';

/** Builders with valid defaults, for specs: a test states only what matters. */

export const SCRIPT_ID = '5e3d9b80-1c7a-4f26-a4d9-8b0f2e6c1a57';

/** The least a tenant has to say, as the api takes it. */
export const aDialingWish = (overrides: Readonly<Record<string, unknown>> = {}) => ({
  telemarketer: 'Leadline LLC',
  seller: 'Northwind Insurance',
  offering: 'auto insurance quotes',
  calling_numbers: ['+16465550100'],
  script_id: SCRIPT_ID,
  ...overrides,
});

export const someDialingSettings = (overrides: Partial<DialingSettings> = {}): DialingSettings => ({
  telemarketer: 'Leadline LLC',
  seller: 'Northwind Insurance',
  offering: 'auto insurance quotes',
  callingNumbers: ['+16465550100'],
  callerIdName: null,
  callerIdAuthorisation: null,
  scriptId: SCRIPT_ID,
  concurrentCallsMax: 10,
  attemptsMax: 6,
  attempts24HoursMax: 3,
  spacingMinutes: 30,
  cadence: [],
  ringSeconds: 25,
  machineDetection: 'async',
  transferAttemptsMax: 3,
  sourcePriorities: {},
  ...overrides,
});
