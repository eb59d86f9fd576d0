import { type ProjectionRequest } from '#libs/read-db';
import { ApiProperty } from '@nestjs/swagger';

const ADMIN = '/api/v1/admin';

/** What was asked of the worker, and what became of it; kept as the record of it. */
export class ProjectionRequestView {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ enum: ['rebuild', 'cancel', 'resume', 'rollback', 'drop', 'retry', 'skip'] })
  action: string;

  @ApiProperty({ example: 'lead_list' })
  projection: string;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'The build it is about; of a rebuild, the one it began, once it did.',
    example: 2,
  })
  build: number | null;

  @ApiProperty({ description: 'Who asked.', example: 'api_key:4gT9xkQ2mLwa' })
  requested_by: string;

  @ApiProperty({ format: 'date-time' })
  requested_at: string;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  handled_at: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'Null while no worker has looked at it; then `done`, or why it was refused and what to do.',
    example: 'done',
  })
  outcome: string | null;
}

export class ProjectionRequestAnswer {
  @ApiProperty({ type: ProjectionRequestView })
  data: ProjectionRequestView;
}

export function requestAnswer(request: ProjectionRequest): ProjectionRequestAnswer {
  const { id, action, name, build, requestedBy, requestedAt, handledAt, outcome } = request;
  return {
    data: {
      ...{ id, action, projection: name, build, outcome },
      ...{ requested_by: requestedBy, requested_at: requestedAt, handled_at: handledAt },
    },
  };
}

/** Where to see what comes of a request. A dropped build is nowhere to be seen. */
export function locationOf({ id, action, name, build, outcome }: ProjectionRequest): string {
  const projection = `${ADMIN}/projections/${name}`;
  if (outcome === null || action === 'drop') return `${ADMIN}/projection-requests/${id}`;
  return build === null ? projection : `${projection}/rebuilds/${build}`;
}
