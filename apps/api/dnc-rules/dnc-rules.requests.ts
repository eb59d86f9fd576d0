import { ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { DncMatrixView } from './dnc-rules.response.js';

/** What lists are to mean; those left out stay as they are. */
export class DncRulesWish extends PartialType(DncMatrixView) {
  @ApiPropertyOptional({
    description: 'Why, for the record.',
    example: 'our consent text names the seller',
  })
  reason?: string;
}
