import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { IsInstant, IsText } from '../http/field-rules.js';
import { WaitsFor } from '../http/page.requests.js';

/** Which calls to report on. */
export class CallingReportQuery {
  @ApiPropertyOptional({ default: 'UTC', description: 'IANA zone of dates and days.' })
  @IsText(64)
  tz: string = 'UTC';

  @ApiPropertyOptional({
    description:
      'Calls decided on from then on: an instant, or a date in tz. Inclusive. If left out, the seven ' +
      'days in tz that end with to.',
    example: '2026-07-01',
  })
  @IsOptional()
  @IsInstant()
  from?: string;

  @ApiPropertyOptional({
    description: 'An instant, or a date in tz. Exclusive. If left out, the end of today in tz.',
    example: '2026-08-01',
  })
  @IsOptional()
  @IsInstant()
  to?: string;

  @WaitsFor('until the answer shows')
  waitFor?: string;
}
