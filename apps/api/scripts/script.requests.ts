import { pageSizeDefault, pageSizeMax } from '#libs/read-db';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsText } from '../http/field-rules.js';

/** Why a script is published or retired. */
export class ScriptReasonQuery {
  @ApiPropertyOptional({ description: 'Why; kept in the history.', example: 'shorter greeting' })
  @IsOptional()
  @IsText(200)
  reason?: string;
}

/** Which version of a script. */
export class ScriptVersionQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    description: 'The latest, if left out.',
    example: 1,
  })
  @IsOptional()
  @IsInt({ message: 'must be a whole number' })
  @Min(1, { message: 'must be at least 1' })
  version?: number;
}

/** Which scripts to list. */
export class ListScriptsQuery {
  @ApiPropertyOptional({
    enum: ['published', 'retired'],
    description: 'Only those; published ones may be chosen for calls.',
  })
  @IsOptional()
  @IsIn(['published', 'retired'])
  status?: 'published' | 'retired';

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

  @ApiPropertyOptional({ description: '`next_cursor` of the page before.' })
  @IsOptional()
  @IsText(500)
  cursor?: string;
}

/** The reason a request gives; `null` for none. */
export function reasonOf({ reason }: ScriptReasonQuery): string | null {
  return reason ?? null;
}
