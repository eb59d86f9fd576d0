import { type ColumnMapping, type ImportPreview, type ImportView } from '#libs/leads';
import { ApiProperty } from '@nestjs/swagger';

/** What becomes of a column. */
export class ImportColumn {
  @ApiProperty({ example: 'Best number' })
  column: string;

  @ApiProperty({
    description: 'The field it fills, `custom_field`, or `ignored`.',
    example: 'phone',
  })
  target: string;
}

const outcomeCount = (description: string) =>
  ({ type: 'integer', description, example: 0 }) as const;

/** How many rows came to what. */
export class ImportCounts {
  @ApiProperty({ type: 'integer', description: 'New leads that may be dialed.', example: 940 })
  created: number;

  @ApiProperty(outcomeCount('Rows whose phone came in the last 30 days.'))
  duplicate: number;

  @ApiProperty(outcomeCount('New leads that are kept and never dialed.'))
  ineligible: number;

  @ApiProperty(outcomeCount('Rows that could not be taken.'))
  error: number;
}

/** An import, and how far it has come. */
export class ImportStatusView {
  @ApiProperty({ format: 'uuid', example: '6a1f0d1e-8f57-5f0a-9d3f-3a0f5b9c2d10' })
  import_id: string;

  @ApiProperty({
    enum: ['queued', 'running', 'finished', 'failed'],
    description: 'failed: it ended early; posting the same file again begins it anew.',
  })
  status: string;

  @ApiProperty({ type: 'integer', example: 1000 })
  rows: number;

  @ApiProperty({ type: 'integer', description: 'Rows that are done.', example: 1000 })
  processed: number;

  @ApiProperty({ type: ImportCounts })
  counts: ImportCounts;

  @ApiProperty({ type: String, nullable: true, example: 'leads.csv' })
  file_name: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'list-7' })
  source: string | null;

  @ApiProperty({ enum: ['live', 'test'] })
  mode: string;

  @ApiProperty({ type: [ImportColumn], nullable: true, description: 'null once erased.' })
  mapping: ColumnMapping | null;

  @ApiProperty({ type: String, nullable: true, description: 'Code of what ended it early.' })
  failure: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  started_at: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  finished_at: string | null;
}

/** Imports, newest first. */
export class ImportList {
  @ApiProperty({ type: [ImportStatusView] })
  imports: readonly ImportStatusView[];
}

/** One row as it would be read. */
export class PreviewRow {
  @ApiProperty({ type: 'integer', example: 1 })
  row: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'null for a row that would be refused.',
  })
  lead: Readonly<Record<string, unknown>> | null;

  @ApiProperty({ type: [String], example: [] })
  problems: readonly string[];
}

/** What an import would read; nothing is stored. */
export class ImportDryRun {
  @ApiProperty({ enum: [true] })
  dry_run: true;

  @ApiProperty({ type: [ImportColumn] })
  mapping: ColumnMapping;

  @ApiProperty({ type: 'integer', example: 1000 })
  rows: number;

  @ApiProperty({ type: 'integer', example: 990 })
  readable: number;

  @ApiProperty({ type: 'integer', description: 'Would be ineligible for want of consent.' })
  without_consent: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    example: { 'phone phone_unparseable': 10 },
  })
  refusals: Readonly<Record<string, number>>;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    example: { state_not_understood: 3 },
  })
  warnings: Readonly<Record<string, number>>;

  @ApiProperty({ type: [PreviewRow] })
  first_rows: readonly PreviewRow[];
}

export function importStatus(view: ImportView): ImportStatusView {
  const { importId, status, rows, processed, counts, source, mode, mapping, failure } = view;
  return {
    import_id: importId,
    ...{ status, rows, processed, counts },
    file_name: view.fileName,
    ...{ source, mode, mapping, failure },
    created_at: view.createdAt,
    started_at: view.startedAt,
    finished_at: view.finishedAt,
  };
}

export function importDryRun(
  preview: ImportPreview & { readonly mapping: ColumnMapping },
): ImportDryRun {
  const { mapping, rows, readable, withoutConsent, refusals, warnings, firstRows } = preview;
  return {
    dry_run: true,
    ...{ mapping, rows, readable, refusals, warnings },
    without_consent: withoutConsent,
    first_rows: firstRows,
  };
}
