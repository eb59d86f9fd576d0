import { type Abandonment, type CallingFigures } from '#projections/call-list';
import { ApiProperty } from '@nestjs/swagger';
import { AnswerAsOf } from '../http/answer-as-of.js';
import { rateOf } from './report-figures.js';
import { type ReportPeriod } from './report-period.js';

const counted = (description: string) => ({ type: 'integer', description, example: 12 }) as const;
const seconds = (description: string) => ({ type: 'integer', description, example: 540 }) as const;

/** What became of some calls. */
export class CallingFiguresView {
  @ApiProperty(counted('Calls that were decided on.'))
  calls: number;

  @ApiProperty(counted('Of those, how many rang.'))
  rang: number;

  @ApiProperty(counted('Somebody or something answered.'))
  answered: number;

  @ApiProperty(counted('A person did, as far as could be told.'))
  persons: number;

  @ApiProperty(counted('Of those persons, how many heard nothing for more than two seconds.'))
  abandoned: number;

  @ApiProperty(counted('Calls in which the consumer was connected with a destination.'))
  transferred: number;

  @ApiProperty(counted('Calls in which the consumer asked not to be called any more.'))
  opted_out: number;

  @ApiProperty(seconds('From answers to ends.'))
  talk_seconds: number;

  @ApiProperty(seconds('In which consumers and destinations talked.'))
  connected_seconds: number;
}

/** One day. */
export class CallingLineView extends CallingFiguresView {
  @ApiProperty({ description: 'Local date in tz.', example: '2026-07-06' })
  day: string;

  @ApiProperty({ description: 'The calls behind the line.' })
  calls_url: string;
}

/** The period in force. */
export class CallingPeriodView {
  @ApiProperty({ format: 'date-time' })
  from: string;

  @ApiProperty({ format: 'date-time' })
  to: string;

  @ApiProperty({ example: 'America/New_York' })
  tz: string;
}

/** How many people were left waiting. */
export class AbandonmentView {
  @ApiProperty({ format: 'date-time', description: '30 days before to.' })
  from: string;

  @ApiProperty({
    format: 'date-time',
    description: 'The end of the period, or now if that is ahead.',
  })
  to: string;

  @ApiProperty(counted('Persons who answered.'))
  persons: number;

  @ApiProperty(counted('Those who heard nothing for more than two seconds after that.'))
  abandoned: number;

  @ApiProperty({
    ...{ type: Number, nullable: true, example: 0.0021 },
    description: 'abandoned ÷ persons; null where nobody answered.',
  })
  rate: number | null;

  @ApiProperty({ description: 'The most the rate may be (16 CFR 310.4(b)(4)).', example: 0.03 })
  rate_max: number;
}

/** Calls of a period, and the share of people who were abandoned. */
export class CallingReportView {
  @ApiProperty({ type: CallingPeriodView })
  period: CallingPeriodView;

  @ApiProperty({ type: [CallingLineView], description: 'Days with calls, oldest first.' })
  lines: readonly CallingLineView[];

  @ApiProperty({ type: CallingFiguresView })
  totals: CallingFiguresView;

  @ApiProperty({ type: AbandonmentView })
  abandonment: AbandonmentView;

  @ApiProperty({ type: AnswerAsOf })
  as_of: AnswerAsOf;
}

const RATE_MAX = 0.03;

export function callingFigures(figures: CallingFigures) {
  const { calls, rang, answered, persons, abandoned, transferred } = figures;
  const { optedOut: opted_out, talkSeconds, connectedSeconds } = figures;
  const lasted = { talk_seconds: talkSeconds, connected_seconds: connectedSeconds };
  return { calls, rang, answered, persons, abandoned, transferred, opted_out, ...lasted };
}

/** The figures of several days together. */
export function sumOf(days: readonly CallingFigures[]): CallingFigures {
  const sum = (of: (day: CallingFigures) => number) => days.reduce((all, day) => all + of(day), 0);
  return {
    ...{ calls: sum(({ calls }) => calls), rang: sum(({ rang }) => rang) },
    ...{ answered: sum(({ answered }) => answered), persons: sum(({ persons }) => persons) },
    abandoned: sum(({ abandoned }) => abandoned),
    transferred: sum(({ transferred }) => transferred),
    optedOut: sum(({ optedOut }) => optedOut),
    talkSeconds: sum(({ talkSeconds }) => talkSeconds),
    connectedSeconds: sum(({ connectedSeconds }) => connectedSeconds),
  };
}

export function abandonmentView(
  { persons, abandoned }: Abandonment,
  { from, to }: Pick<ReportPeriod, 'from' | 'to'>,
): AbandonmentView {
  return { from, to, persons, abandoned, rate: rateOf(abandoned, persons), rate_max: RATE_MAX };
}
