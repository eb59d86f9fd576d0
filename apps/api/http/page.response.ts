import { type Page } from '#libs/read-db';
import { ApiProperty } from '@nestjs/swagger';
import { AnswerAsOf } from './answer-as-of.js';

/** Where a list goes on. */
export class Pagination {
  @ApiProperty({ type: String, nullable: true, description: 'Where the next page begins.' })
  next_cursor: string | null;

  @ApiProperty({ example: false })
  has_more: boolean;
}

/** What every page of a read model says beside its items. */
export class ReadModelPage extends Pagination {
  @ApiProperty({ type: AnswerAsOf })
  as_of: AnswerAsOf;
}

/** The same, with how many items it may hold. */
export class LimitedPage extends ReadModelPage {
  @ApiProperty({ example: 50 })
  limit: number;
}

export function paginationOf({ nextCursor }: Pick<Page<unknown>, 'nextCursor'>): Pagination {
  return { next_cursor: nextCursor, has_more: nextCursor !== null };
}
