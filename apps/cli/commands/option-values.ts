import { InvalidArgumentError } from 'commander';
import { isTenantId, type TenantId } from '#libs/kernel';
import { type AsOf } from '#libs/leads';

const secondsPer: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** `90d`, `24h`, `15m` or `30s`, in seconds. */
export function durationSeconds(text: string): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * (secondsPer[unit ?? ''] ?? NaN);
  if (Number.isNaN(seconds)) {
    throw new InvalidArgumentError('Give a number and a unit, such as 90d, 24h, 15m or 30s.');
  }
  return seconds;
}

const overlapDaysMax = 30;

/** How long a rotated key still works: `0s` to `30d`, in seconds. */
export function overlapSeconds(text: string): number {
  const seconds = durationSeconds(text);
  if (seconds > overlapDaysMax * 86_400) {
    throw new InvalidArgumentError(`Give at most ${overlapDaysMax}d.`);
  }
  return seconds;
}

/** A whole number from 1. */
export function positiveInteger(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Give a whole number from 1.');
  return Number(text);
}

/** A tenant's id. */
export function tenantId(text: string): TenantId {
  if (isTenantId(text)) return text;
  throw new InvalidArgumentError('Use 2 to 40 of a-z, 0-9 and -, not beginning or ending with -.');
}

/**
 * A revision (`3`), an instant (`2026-07-05T12:00:00Z`; a date alone means its first moment) or a
 * position of the log (`position:2388`).
 */
export function asOf(text: string): AsOf {
  const [, log, number] = /^(position:)?(\d{1,18})$/.exec(text) ?? [];
  if (number !== undefined) {
    return log === undefined
      ? { kind: 'revision', revision: BigInt(number) }
      : { kind: 'position', position: BigInt(number) };
  }
  const instant = /^\d{4}-\d{2}-\d{2}/.test(text) ? new Date(text) : new Date(NaN);
  if (!Number.isNaN(instant.getTime())) return { kind: 'instant', instant: instant.toISOString() };
  throw new InvalidArgumentError(
    'Give an instant in ISO-8601, a revision such as 3, or a position such as position:2388.',
  );
}

/** A word; collects a repeated option. */
export function each(text: string, before: readonly string[] = []): string[] {
  return [...new Set([...before, text])];
}

/** One of `words`; collects a repeated option. */
export function eachOf<const Word extends string>(...words: readonly Word[]) {
  return (text: string, before: readonly Word[] | undefined): Word[] => {
    const word = words.find((each) => each === text);
    if (word === undefined) throw new InvalidArgumentError(`Give ${words.join(' or ')}.`);
    return [...new Set([...(before ?? []), word])];
  };
}
