/** A decimal number, exactly: `units` / 10^`scale`. Never negative. */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

const DECIMAL = /^(\d*)(?:\.(\d*))?$/;
/** No number that means anything here is longer. */
const DIGITS_MAX = 40;

/** Reads digits with at most one point among them; `null` for anything else, exponents too. */
export function parseDecimal(text: string): Decimal | null {
  const [matched, whole = '', fraction = ''] = DECIMAL.exec(text) ?? [];
  const digits = whole + fraction;
  if (matched === undefined || digits === '' || digits.length > DIGITS_MAX) return null;
  return { units: BigInt(digits), scale: fraction.length };
}

/** The number times `factor`, without what is behind the point. */
export function floorTimes({ units, scale }: Decimal, factor: bigint): bigint {
  return (units * factor) / 10n ** BigInt(scale);
}

/** The number times `factor`, rounded half to even. */
export function roundTimes({ units, scale }: Decimal, factor: bigint): bigint {
  const [dividend, divisor] = [units * factor, 10n ** BigInt(scale)];
  const [quotient, twice] = [dividend / divisor, (dividend % divisor) * 2n];
  const up = twice > divisor || (twice === divisor && quotient % 2n === 1n);
  return up ? quotient + 1n : quotient;
}
