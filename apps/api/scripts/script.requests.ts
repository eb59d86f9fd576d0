import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, Min } from 'class-validator';
import { IsText } from '../http/field-rules.js';
import { PageQuery } from '../http/page.requests.js';

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
export class ListScriptsQuery extends PageQuery {
  @ApiPropertyOptional({
    enum: ['published', 'retired'],
    description: 'Only those; published ones may be chosen for calls.',
  })
  @IsOptional()
  @IsIn(['published', 'retired'])
  status?: 'published' | 'retired';
}

/** The reason a request gives; `null` for none. */
export function reasonOf({ reason }: ScriptReasonQuery): string | null {
  return reason ?? null;
}
