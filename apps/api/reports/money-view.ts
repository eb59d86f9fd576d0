import { ApiProperty } from '@nestjs/swagger';

/** An amount of money, once for machines and once for people. */
export class MoneyView {
  @ApiProperty({ type: 'integer', description: 'In hundredths of the currency.', example: 4500 })
  minor: number;

  @ApiProperty({ description: 'The same as a decimal number.', example: '45.00' })
  amount: string;

  @ApiProperty({ description: 'ISO 4217.', example: 'USD' })
  currency: string;
}

/** An amount; `null` where there is none. */
export function moneyView(minor: bigint | null, currency: string | null): MoneyView | null {
  if (minor === null || currency === null) return null;
  return { minor: Number(minor), amount: decimalOf(minor), currency };
}

/** An amount in hundredths as a decimal number, e.g. `-0.05`; exact, whatever its size. */
export function decimalOf(minor: bigint): string {
  const digits = String(minor < 0n ? -minor : minor).padStart(3, '0');
  return `${minor < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
