import { pageSizeDefault, pageSizeMax } from '#libs/read-db';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsPosition } from '../http/field-rules.js';

/** How much of the queue to show. */
export class ReadQueueQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: pageSizeMax,
    default: pageSizeDefault,
  })
  @IsInt({ message: 'must be a whole number' })
  @Min(1, { message: 'must be at least 1' })
  @Max(pageSizeMax, { message: `must be at most ${pageSizeMax}` })
  limit: number = pageSizeDefault;

  @ApiPropertyOptional({
    description: 'Waits, up to 3 s, until the queue shows this position of the log.',
  })
  @IsOptional()
  @IsPosition()
  waitFor?: string;
}
