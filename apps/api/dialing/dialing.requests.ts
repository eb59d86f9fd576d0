import { validationFailed } from '#libs/leads';
import { ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { IsText } from '../http/field-rules.js';
import { DialingSettingsView } from './dialing.response.js';

const REASON_LENGTH_MAX = 500;

/** Settings to make or to change; those left out stay as they are. */
export class DialingWish extends PartialType(DialingSettingsView) {
  @ApiPropertyOptional({ description: 'Why, for the record.', example: 'more lines' })
  reason?: string;
}

/** Why something is decided. */
export class DialingReason {
  @ApiPropertyOptional({ description: 'Why, for the record.', example: 'complaints' })
  @IsOptional()
  @IsText(REASON_LENGTH_MAX)
  reason?: string;
}

/** A body taken apart: the settings as they were sent, and why. Throws `validation_failed`. */
export function wishOf(body: unknown): { readonly wish: unknown; readonly reason: string | null } {
  if (typeof body !== 'object' || body === null) return { wish: body, reason: null };
  const { reason = null, ...wish } = body as Readonly<Record<string, unknown>>;
  if (reason === null) return { wish, reason };
  if (typeof reason === 'string' && isReason(reason)) return { wish, reason };
  const message = `must be text of 1 to ${REASON_LENGTH_MAX} characters`;
  throw validationFailed([{ field: 'reason', code: 'wrong_type', message }]);
}

function isReason(text: string): boolean {
  const isStorable = text.isWellFormed() && !text.includes('\0');
  return text.length > 0 && text.length <= REASON_LENGTH_MAX && isStorable;
}
