import { pageSizeDefault, pageSizeMax } from '#libs/read-db';
import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsPosition, IsText } from './field-rules.js';

const CURSOR_MAX = 500;

/** The field says how many items a page may hold. */
export function PageLimit(): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({
      ...{ type: 'integer', minimum: 1, maximum: pageSizeMax, default: pageSizeDefault },
    }),
    IsInt({ message: 'must be a whole number' }),
    Min(1, { message: 'must be at least 1' }),
    Max(pageSizeMax, { message: `must be at most ${pageSizeMax}` }),
  );
}

/** The field says where a page begins; the first one, if it is left out. */
export function PageCursor(): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ description: '`next_cursor` of the page before.' }),
    IsOptional(),
    IsText(CURSOR_MAX),
  );
}

/**
 * The field holds a position of the log that the answer must show; `until`: until what shows it.
 */
export function WaitsFor(until: string): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ description: `Waits, up to 3 s, ${until} this position of the log.` }),
    IsOptional(),
    IsPosition(),
  );
}

/** Which page of a list to show; queries of read models take it as it is. */
export class PageQuery {
  @PageLimit()
  limit: number = pageSizeDefault;

  @PageCursor()
  cursor?: string;
}

/** Which page of a list to show, and how far it must follow the log. */
export class FollowingPageQuery extends PageQuery {
  @WaitsFor('until the list shows')
  waitFor?: string;
}
