import { isPrivateAddress } from '#libs/kernel';
import { readFileSync } from 'node:fs';
import { type Declaration, declarations } from './declarations.js';
import { BadValue } from './setting-kinds.js';

type Declared = typeof declarations;
type ValueOf<One> =
  One extends Declaration<infer Value>
    ? One extends { readonly fallback: null }
      ? Value | null
      : Value
    : never;

/** What the program was told by its environment. Frozen; parsed once, at the start. */
export type Settings = { readonly [Name in keyof Declared]: ValueOf<Declared[Name]> };

/** One bad setting, and what to do about it. */
export interface SettingProblem {
  readonly name: string;
  readonly message: string;
}

/** The environment does not make sense. Names every bad setting at once, and no secret. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly problems: readonly SettingProblem[];

  constructor(problems: readonly SettingProblem[]) {
    const lines = problems.map((problem) => `  ${problem.message}`);
    super(`These settings need correcting:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}

/** Where settings come from: the variables, and a way to read the files they may name. */
export interface SettingsSource {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string) => string;
}

/** The settings of this process. Throws {@link SettingsError}. */
export function processSettings(): Settings {
  return readSettings({
    environment: process.env,
    readFile: (path) => readFileSync(path, 'utf8'),
  });
}

/**
 * Parses every declared setting. An empty variable counts as absent, so that a compose file may
 * pass a variable on without giving it. Throws {@link SettingsError}.
 */
export function readSettings(source: SettingsSource): Settings {
  const problems: SettingProblem[] = [];
  const values = Object.entries(declarations).map(([key, declaration]) => {
    const value = readOne(declaration, source, problems);
    return [key, value] as const;
  });
  const settings = Object.fromEntries(values) as Settings;
  if (problems.length === 0) problems.push(...contradictions(settings));
  if (problems.length > 0) throw new SettingsError(problems);
  return Object.freeze(settings);
}

function readOne(
  declaration: Declaration<unknown>,
  source: SettingsSource,
  problems: SettingProblem[],
): unknown {
  const { name, kind, fallback } = declaration;
  try {
    const text = textOf(declaration, source) ?? fallback;
    return text === null ? null : kind.parse(text);
  } catch (error) {
    if (!(error instanceof BadValue)) throw error;
    problems.push({ name, message: `${name} must ${error.message}.` });
    return null;
  }
}

function textOf(declaration: Declaration<unknown>, source: SettingsSource): string | null {
  const { name, kind } = declaration;
  const direct = source.environment[name]?.trim() ?? '';
  const path = kind.secret === true ? (source.environment[`${name}_FILE`]?.trim() ?? '') : '';
  if (path === '') return direct === '' ? null : direct;
  if (direct !== '') throw new BadValue(`not be given twice; remove it or ${name}_FILE`);
  return readSecretFile(name, path, source.readFile);
}

function readSecretFile(name: string, path: string, readFile: (path: string) => string): string {
  let text: string;
  try {
    text = readFile(path).trim();
  } catch {
    throw new BadValue(
      `come from a readable file; ${name}_FILE names ${path}, which cannot be read`,
    );
  }
  if (text === '') throw new BadValue(`not be empty; write it into the file ${path}`);
  return text;
}

/** Under which others reach the api, without a slash at the end. */
export function publicBaseUrlOf({
  publicBaseUrl,
  host,
  port,
}: Pick<Settings, 'publicBaseUrl' | 'host' | 'port'>): string {
  return publicBaseUrl ?? `http://${host}:${port}`;
}

/** Where the worker asks the api whether it is ready; `null` where no address is known. */
export function apiUrlOf(
  settings: Pick<Settings, 'apiUrl' | 'publicBaseUrl' | 'host' | 'port'>,
): string | null {
  const { apiUrl, publicBaseUrl, port } = settings;
  if (apiUrl !== null || publicBaseUrl !== null) return apiUrl ?? publicBaseUrl;
  return port === 0 ? null : publicBaseUrlOf(settings);
}

/** Twilio’s own limit for an account that asked for no other. */
const TWILIO_CALLS_PER_SECOND = 1;

/** How many calls the telephone network takes on a second, in all; `null`: as many as come. */
export function callsPerSecondOf({
  telephonyCallsPerSecond,
  telephonyUrl,
}: Pick<Settings, 'telephonyCallsPerSecond' | 'telephonyUrl'>): number | null {
  return telephonyCallsPerSecond ?? (telephonyUrl === null ? TWILIO_CALLS_PER_SECOND : null);
}

/** Settings that are fine alone and wrong together. */
function contradictions(settings: Settings): SettingProblem[] {
  return [
    ...databaseProblems(settings),
    ...telephonyProblems(settings),
    ...clockProblems(settings),
  ];
}

function databaseProblems({ databaseUrl, masterKey }: Settings): SettingProblem[] {
  if (databaseUrl === null || masterKey !== null) return [];
  return [
    {
      name: 'MASTER_KEY',
      message:
        'MASTER_KEY must be set when DATABASE_URL is: it wraps the keys kept in that database. ' +
        'Make one with openssl rand -base64 32 and give the same to every process.',
    },
  ];
}

/** Whether real people are called. */
function callsForReal({ twilioAccountSid, telephonyUrl }: Settings): boolean {
  const isSimulated = telephonyUrl !== null && isPrivateAddress(telephonyUrl);
  return twilioAccountSid !== null && !isSimulated;
}

function clockProblems(settings: Settings): SettingProblem[] {
  if (settings.clockOffsetMinutes === 0 || !callsForReal(settings)) return [];
  const message =
    'CLOCK_OFFSET_MINUTES must be 0 where TELEPHONY_URL names no network of your own: real people would be called at ' +
    'hours the law forbids.';
  return [{ name: 'CLOCK_OFFSET_MINUTES', message }];
}

function telephonyProblems(settings: Settings): SettingProblem[] {
  const { twilioAccountSid, twilioAuthToken, telephonyUrl, publicBaseUrl } = settings;
  const hasAccount = twilioAccountSid !== null;
  const isWhole =
    hasAccount === (twilioAuthToken !== null) && (hasAccount || telephonyUrl === null);
  if (!isWhole) {
    const name = hasAccount ? 'TWILIO_AUTH_TOKEN' : 'TWILIO_ACCOUNT_SID';
    const message =
      `${name} must be set too: TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN name an account and ` +
      'prove that it is yours, and TELEPHONY_URL only says where it is.';
    return [{ name, message }];
  }
  if (publicBaseUrl !== null || !callsForReal(settings)) return [];
  const message =
    'PUBLIC_BASE_URL must be set with an account at Twilio: it is the address under which Twilio ' +
    'asks what to say, and which it signs.';
  return [{ name: 'PUBLIC_BASE_URL', message }];
}
