import { type MatchFacts, type MatchOutcome, type PreviewedPostback } from '#libs/revenue';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { PostbackReading, readingView } from './postback-reading.view.js';

/** A transfer that was considered. */
export class PostbackCandidate {
  @ApiProperty({ format: 'uuid' })
  transfer_id: string;

  @ApiProperty({ format: 'uuid' })
  lead_id: string;

  @ApiProperty({ format: 'date-time', description: 'The instant it is compared by.' })
  anchor_at: string;

  @ApiProperty({ type: 'integer' })
  distance_ms: number;

  @ApiProperty()
  bridged: boolean;

  @ApiProperty()
  destination_matches: boolean;

  @ApiProperty()
  duration_matches: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'Another call it is confirmed by.' })
  taken_by: string | null;
}

/** Everything a match rests on. */
export class PostbackMatch {
  @ApiProperty({ enum: ['our_id', 'vendor_call_id', 'caller', 'manual'] })
  rule: string;

  @ApiProperty({ type: 'integer', nullable: true })
  distance_ms: number | null;

  @ApiProperty({ description: 'Whether another one was as good.' })
  ambiguous: boolean;

  @ApiProperty({ type: [PostbackCandidate] })
  candidates: readonly PostbackCandidate[];

  @ApiProperty({ type: [String] })
  warnings: readonly string[];
}

/** What would become of a report. */
export class PreviewedReport {
  @ApiProperty({ enum: ['matched', 'unmatched'] })
  outcome: string;

  @ApiPropertyOptional({ format: 'uuid' })
  transfer_id?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  lead_id?: string;

  @ApiPropertyOptional({ type: PostbackMatch })
  match?: PostbackMatch;

  @ApiPropertyOptional({ description: 'Why it would be unmatched.' })
  reason?: string;

  @ApiPropertyOptional({
    type: 'integer',
    nullable: true,
    description: 'How far the nearest transfer is outside the window.',
  })
  nearest_ms?: number | null;

  @ApiProperty({ type: PostbackReading })
  reading: PostbackReading;
}

/** What would become of the reports of a request, in its order. */
export class PostbackPreview {
  @ApiProperty({ type: [PreviewedReport] })
  postbacks: readonly PreviewedReport[];
}

export function previewOf(previewed: readonly PreviewedPostback[]): PostbackPreview {
  return {
    postbacks: previewed.map(({ reading, outcome }) => ({
      ...outcomeView(outcome),
      reading: readingView(reading),
    })),
  };
}

function outcomeView(outcome: MatchOutcome): Omit<PreviewedReport, 'reading'> {
  if (outcome.kind === 'unmatched') {
    return { outcome: 'unmatched', reason: outcome.reason, nearest_ms: outcome.nearestMs };
  }
  const { transfer, match } = outcome;
  const { transferId: transfer_id, leadId: lead_id } = transfer;
  return { outcome: 'matched', transfer_id, lead_id, match: matchView(match) };
}

/** A match as the api shows it. */
export function matchView({
  rule,
  distanceMs: distance_ms,
  ambiguous,
  candidates,
  warnings,
}: MatchFacts): PostbackMatch {
  const considered = candidates.map((each) => ({
    ...{ transfer_id: each.transferId, lead_id: each.leadId, anchor_at: each.anchorAt },
    ...{ distance_ms: each.distanceMs, bridged: each.bridged, taken_by: each.takenBy },
    destination_matches: each.destinationMatches,
    duration_matches: each.durationMatches,
  }));
  return { rule, distance_ms, ambiguous, candidates: considered, warnings };
}
