import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { Secret } from './secret.js';

/** What a setting may hold: how its text is read and how the reference describes it. */
export interface SettingKind<Value> {
  /** Shown in docs/reference/configuration.md. */
  readonly type: string;
  /** Throws {@link BadValue} when the text does not fit. */
  readonly parse: (text: string) => Value;
  /** Secrets may come from a file and are never repeated in an error. */
  readonly secret?: true;
}

/** Why a text does not fit its setting, as the end of the sentence "NAME must …". */
export class BadValue extends Error {
  override readonly name = 'BadValue';
}

/** A whole number from `min` to `max`, both inclusive. */
export function integer(min: number, max: number, unit = ''): SettingKind<number> {
  const range = `a whole number from ${min} to ${max}`;
  return {
    type: unit === '' ? range : `${range} (${unit})`,
    parse: (text) => {
      const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
      if (!(value >= min && value <= max)) throw new BadValue(`be ${range}`);
      return value;
    },
  };
}

/** A whole number from `min` to `max`, both inclusive, that may be below zero. */
export function signedInteger(min: number, max: number, unit: string): SettingKind<number> {
  const range = `a whole number from ${min} to ${max}`;
  return {
    type: `${range} (${unit})`,
    parse: (text) => {
      const value = /^-?\d{1,15}$/.test(text) ? Number(text) : NaN;
      if (!(value >= min && value <= max)) throw new BadValue(`be ${range}`);
      return value;
    },
  };
}

/** One of a few words. */
export function choice<const Word extends string>(...words: readonly Word[]): SettingKind<Word> {
  const type = `one of ${words.map((word) => `\`${word}\``).join(', ')}`;
  return {
    type,
    parse: (text) => {
      const word = words.find((candidate) => candidate === text);
      if (word === undefined) throw new BadValue(`be ${type.replaceAll('`', '')}`);
      return word;
    },
  };
}

/** `on` or `off`. */
export const onOff: SettingKind<boolean> = {
  type: '`on` or `off`',
  parse: (text) => {
    if (text !== 'on' && text !== 'off') throw new BadValue('be on or off');
    return text === 'on';
  },
};

/** A name or address to listen on. */
export const hostName: SettingKind<string> = {
  type: 'a host name or IP address',
  parse: (text) => {
    if (isIP(text) !== 0 || /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(text)) return text;
    throw new BadValue('be a host name or IP address without scheme or port');
  },
};

/** A folder; relative ones are taken from where the program was started. */
export const folder: SettingKind<string> = {
  type: 'a folder',
  parse: (text) => resolve(text),
};

/** An http or https address; the value has no slash at its end. */
export const webAddress: SettingKind<string> = {
  type: 'an http:// or https:// address',
  parse: (text) => {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (url === null || !/^https?:$/.test(url.protocol)) {
      throw new BadValue('be an address that begins with http:// or https://');
    }
    if (url.username !== '' || url.password !== '') {
      throw new BadValue('not carry a user name or password');
    }
    return url.href.replace(/\/$/, '');
  },
};

/** IP addresses and CIDR blocks, separated by commas. */
export const addressBlocks: SettingKind<readonly string[]> = {
  type: 'IP addresses or CIDR blocks, separated by commas',
  parse: (text) => {
    const blocks = text === '' ? [] : text.split(',').map((block) => block.trim());
    if (!blocks.every(isAddressBlock)) {
      throw new BadValue('list IP addresses or CIDR blocks such as 10.0.0.0/8, with commas');
    }
    return Object.freeze(blocks);
  },
};

function isAddressBlock(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (bits === undefined) return true;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}

/**
 * A connection string with one of `schemes`. A secret, since it may carry a password; not parsed
 * further, since a cluster's lists several hosts, which no URL parser accepts.
 */
export function connectionString(...schemes: readonly string[]): SettingKind<Secret> {
  const list = schemes.map((scheme) => `${scheme}://`).join(' or ');
  return {
    type: `a connection string that begins with ${list}`,
    secret: true,
    parse: (text) => {
      if (!schemes.some((scheme) => new RegExp(`^${escape(scheme)}://[^/\\s]+\\S*$`).test(text))) {
        throw new BadValue(`begin with ${list} and name a host`);
      }
      return new Secret(text);
    },
  };
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** A credential of any form. */
export const credential: SettingKind<Secret> = {
  type: 'text',
  secret: true,
  parse: (text) => new Secret(text),
};

/** The name of an account at Twilio. */
export const accountName: SettingKind<string> = {
  type: '`AC` and 32 hexadecimal digits',
  parse: (text) => {
    if (!/^AC[0-9a-f]{32}$/i.test(text)) throw new BadValue('be AC and 32 hexadecimal digits');
    return text;
  },
};

/** `bytes` random bytes in base64, with or without padding. */
export function base64Key(bytes: number): SettingKind<Secret> {
  return {
    type: `${bytes} bytes in base64`,
    secret: true,
    parse: (text) => {
      const key = Buffer.from(text, 'base64');
      const canonical = key.toString('base64').replace(/=+$/, '');
      if (key.length !== bytes || canonical !== text.replace(/=+$/, '')) {
        throw new BadValue(`be ${bytes} bytes in base64; make one: openssl rand -base64 ${bytes}`);
      }
      return new Secret(text);
    },
  };
}
