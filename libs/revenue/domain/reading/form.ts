import { decodeBytes } from './charset.js';
import { type SentValue } from './parsed.js';

/** Fields of a form or query in order, repeated ones too, and whether some bytes were odd. */
export interface FormFields {
  readonly fields: readonly SentValue[];
  readonly warning: string | null;
}

const NO_FIELDS: FormFields = { fields: [], warning: null };

/**
 * Reads `a=b&c=d`. Escapes are bytes in `charset`, so they are decoded after they are unescaped.
 * `&amp;` separates too: addresses are pasted from web pages.
 */
export function readForm(bytes: Uint8Array, charset: string | null): FormFields {
  if (bytes.length === 0) return NO_FIELDS;
  let warning: string | null = null;
  const decode = (part: string): string => {
    const decoded = decodeBytes(unescaped(part), charset);
    warning ??= decoded.warning;
    return decoded.text;
  };
  const text = Buffer.from(bytes).toString('latin1').trim().replace(/^\?/, '');
  const fields = text
    .split(/&(?:amp;)?/)
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return { name: decode(name).trim(), value: decode(value.join('=')) };
    });
  return { fields, warning };
}

/** The bytes that a part of a form stands for; a `%` without two digits stands for itself. */
function unescaped(part: string): Uint8Array {
  const plain = part
    .replaceAll('+', ' ')
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(plain, 'latin1');
}
