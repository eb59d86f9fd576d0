import { describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import {
  apiUrlOf,
  callsPerSecondOf,
  readSettings,
  type Settings,
  SettingsError,
} from './settings.js';

const key = Buffer.alloc(32, 7).toString('base64');

function settingsOf(
  environment: Record<string, string>,
  files: Record<string, string> = {},
): Settings {
  return readSettings({
    environment,
    readFile: (path) => {
      const text = files[path];
      if (text === undefined) throw new Error('ENOENT');
      return text;
    },
  });
}

function problemsOf(environment: Record<string, string>, files: Record<string, string> = {}) {
  try {
    settingsOf(environment, files);
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
  throw new Error('The environment was accepted.');
}

describe('an empty environment', () => {
  it('gives every default', () => {
    expect(settingsOf({})).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      eventStoreUrl: null,
      databaseUrl: null,
      masterKey: null,
      trustedProxies: [],
      dncTimeoutMs: 1500,
      dncOnFailure: 'block',
      logLevel: 'info',
      requestLogRetentionDays: 30,
      demoTenant: true,
    });
  });

  it('makes the data folder absolute, so that a child in another folder means the same one', () => {
    expect(settingsOf({}).dataDir).toBe(`${process.cwd()}/data`);
  });

  it('gives an object nobody can change', () => {
    const settings = settingsOf({}) as { port: number };
    expect(() => {
      settings.port = 1;
    }).toThrow(TypeError);
  });
});

describe('a setting', () => {
  it('counts as absent when it is empty or blank', () => {
    expect(settingsOf({ PORT: '', DATABASE_URL: '  ' })).toMatchObject({
      port: 3000,
      databaseUrl: null,
    });
  });

  it('is read from its variable', () => {
    const settings = settingsOf({
      PORT: '8080',
      HOST: '0.0.0.0',
      PUBLIC_BASE_URL: 'https://leads.example.com/',
      TRUSTED_PROXIES: '10.0.0.0/8, ::1',
      DNC_ON_FAILURE: 'allow',
      DEMO_TENANT: 'off',
      EVENTSTORE_URL: 'esdb://one:2113,two:2113?tls=false',
    });
    expect(settings).toMatchObject({
      port: 8080,
      host: '0.0.0.0',
      publicBaseUrl: 'https://leads.example.com',
      trustedProxies: ['10.0.0.0/8', '::1'],
      dncOnFailure: 'allow',
      demoTenant: false,
    });
    expect(settings.eventStoreUrl?.reveal()).toBe('esdb://one:2113,two:2113?tls=false');
  });

  it.each([
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['PORT', '0x50'],
    ['HOST', 'http://localhost'],
    ['HOST', 'localhost:3000'],
    ['PUBLIC_BASE_URL', 'leads.example.com'],
    ['PUBLIC_BASE_URL', 'ftp://leads.example.com'],
    ['PUBLIC_BASE_URL', 'https://user:pass@leads.example.com'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TRUSTED_PROXIES', '::1/129'],
    ['TRUSTED_PROXIES', '10.0.0.0/8/8'],
    ['TRUSTED_PROXIES', 'everyone'],
    ['EVENTSTORE_URL', 'http://localhost:2113'],
    ['EVENTSTORE_URL', 'esdb://'],
    ['DATABASE_URL', 'mysql://localhost/leads'],
    ['DNC_TIMEOUT_MS', '49'],
    ['DNC_TIMEOUT_MS', '4001'],
    ['DNC_ON_FAILURE', 'Block'],
    ['LOG_LEVEL', 'verbose'],
    ['REQUEST_LOG_RETENTION_DAYS', '0'],
    ['DEMO_TENANT', 'true'],
    ['MASTER_KEY', Buffer.alloc(31).toString('base64')],
    ['MASTER_KEY', 'not base64 at all, and yet of some length!!'],
  ])('%s refuses %s', (name, value) => {
    expect(problemsOf({ [name]: value }).problems.map((problem) => problem.name)).toEqual([name]);
  });
});

describe('several bad settings', () => {
  it('are all named at once, each with what it must be', () => {
    const error = problemsOf({ PORT: 'http', DNC_ON_FAILURE: 'maybe', DATABASE_URL: 'x' });
    expect(error.problems.map((problem) => problem.name)).toEqual([
      'PORT',
      'DATABASE_URL',
      'DNC_ON_FAILURE',
    ]);
    expect(error.message).toContain('DNC_ON_FAILURE must be one of block, allow.');
  });
});

describe('a secret', () => {
  it('can come from a file, without the line break at its end', () => {
    const settings = settingsOf({ MASTER_KEY_FILE: '/run/key' }, { '/run/key': `${key}\n` });
    expect(settings.masterKey?.reveal()).toBe(key);
  });

  it('is refused when it is given both ways', () => {
    const files = { '/run/key': key };
    const error = problemsOf({ MASTER_KEY: key, MASTER_KEY_FILE: '/run/key' }, files);
    expect(error.problems.map((problem) => problem.name)).toEqual(['MASTER_KEY']);
  });

  it.each([
    ['is missing', {}],
    ['is empty', { '/run/key': '\n' }],
  ])('is refused when its file %s', (_, files) => {
    const error = problemsOf({ DNC_PROVIDER_KEY_FILE: '/run/key' }, files);
    expect(error.problems.map((problem) => problem.name)).toEqual(['DNC_PROVIDER_KEY']);
  });

  it('is not repeated in an error', () => {
    const error = problemsOf({
      DATABASE_URL: 'mysql://user:canary@db/leads',
      MASTER_KEY: 'canary',
    });
    expect(error.message).not.toContain('canary');
  });

  it('is not shown by printing, interpolating or serialising the settings', () => {
    const settings = settingsOf({ MASTER_KEY: key, DNC_PROVIDER_KEY: 'canary' });
    const shown = `${JSON.stringify(settings)} ${inspect(settings)} ${String(settings.masterKey)}`;
    expect(shown).not.toContain('canary');
    expect(shown).not.toContain(key);
  });
});

describe('an outside database', () => {
  it('needs a master key that was chosen, not generated on one machine', () => {
    const error = problemsOf({ DATABASE_URL: 'postgres://db/leads' });
    expect(error.problems.map((problem) => problem.name)).toEqual(['MASTER_KEY']);
    expect(() =>
      settingsOf({ DATABASE_URL: 'postgres://db/leads', MASTER_KEY: key }),
    ).not.toThrow();
  });
});

describe('the address at which the api is asked whether it is ready', () => {
  const addressOf = (environment: Record<string, string>) => apiUrlOf(settingsOf(environment));

  it('is the one that is named for it, else that of the provider, else that of the api', () => {
    const PUBLIC_BASE_URL = 'https://leads.example.com/';
    expect(addressOf({ PUBLIC_BASE_URL, API_URL: 'http://api:3000' })).toBe('http://api:3000');
    expect(addressOf({ PUBLIC_BASE_URL })).toBe('https://leads.example.com');
    expect(addressOf({ PORT: '8080' })).toBe('http://127.0.0.1:8080');
  });

  it('is not known where the api takes any free port', () => {
    expect(addressOf({ PORT: '0' })).toBeNull();
  });
});

describe('an account at Twilio', () => {
  const account = { TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`, TWILIO_AUTH_TOKEN: 'secret' };
  const named = (environment: Record<string, string>) =>
    problemsOf(environment).problems.map(({ name }) => name);

  it('needs its secret, and the address under which Twilio finds the api', () => {
    const { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN } = account;
    expect(named({ TWILIO_ACCOUNT_SID })).toEqual(['TWILIO_AUTH_TOKEN']);
    expect(named({ TWILIO_AUTH_TOKEN })).toEqual(['TWILIO_ACCOUNT_SID']);
    expect(named({ TELEPHONY_URL: 'http://127.0.0.1:1' })).toEqual(['TWILIO_ACCOUNT_SID']);
    expect(named(account)).toEqual(['PUBLIC_BASE_URL']);
    const whole = { ...account, PUBLIC_BASE_URL: 'https://leads.example.com' };
    expect(settingsOf(whole)).toMatchObject({ twilioAccountSid: TWILIO_ACCOUNT_SID });
  });

  it('keeps to the machine’s clock, for the people it calls are real', () => {
    const real = { ...account, PUBLIC_BASE_URL: 'https://leads.example.com' };
    expect(named({ ...real, CLOCK_OFFSET_MINUTES: '-60' })).toEqual(['CLOCK_OFFSET_MINUTES']);
    for (const url of ['https://api.twilio.com', 'https://relay.example.com']) {
      const directed = { ...real, TELEPHONY_URL: url, CLOCK_OFFSET_MINUTES: '-60' };
      expect(named(directed)).toEqual(['CLOCK_OFFSET_MINUTES']);
    }
    const simulated = { ...real, TELEPHONY_URL: 'http://127.0.0.1:1' };
    const moved = settingsOf({ ...simulated, CLOCK_OFFSET_MINUTES: '-60' });
    expect(moved).toMatchObject({ clockOffsetMinutes: -60 });
  });
});

describe('how many calls a second are ordered', () => {
  const account = { TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`, TWILIO_AUTH_TOKEN: 'token' };
  const twilio = { ...account, PUBLIC_BASE_URL: 'https://leads.example.com' };
  const network = { ...account, TELEPHONY_URL: 'http://127.0.0.1:4000' };

  it.each([
    ['one at Twilio itself', twilio, 1],
    ['what the account was granted there', { ...twilio, TELEPHONY_CALLS_PER_SECOND: '30' }, 30],
    ['as many as come over another network', network, null],
    ['what is told for another network', { ...network, TELEPHONY_CALLS_PER_SECOND: '5' }, 5],
  ])('is %s', (_, environment, expected) => {
    expect(callsPerSecondOf(settingsOf(environment))).toBe(expected);
  });
});
