import { DomainError } from '#libs/kernel';
import { ReceiveLeadCommand, type ReceiveLeadResult } from '../application/receive-lead.handler.js';
import { type CsvRow } from './csv-table.js';
import { type ImportJob, rowCommandId } from './import-job.js';
import { refusedRow, type RowResult, takenRow } from './row-outcome.js';
import { readRow } from './row-submission.js';

/** Sends a command to its one handler. */
export type ReceiveLead = (command: ReceiveLeadCommand) => Promise<ReceiveLeadResult>;

/**
 * Takes the rows of one import in, through the same command as every other door.
 *
 * Rows of one phone wait for each other, so that the first of them in the file makes the lead and
 * the others are its duplicates.
 */
export class RowImporter {
  readonly #lanes = new Map<string, Promise<unknown>>();

  constructor(
    private readonly job: ImportJob,
    private readonly receive: ReceiveLead,
  ) {}

  /**
   * What became of the row. Rejects only with a `DomainError` of kind `unavailable`, or with what
   * is no refusal at all; then the row may be sent again.
   */
  async take(row: CsvRow): Promise<RowResult> {
    try {
      const command = this.#command(row);
      const lane = command.submission.phone.replace(/\D/g, '').slice(-10);
      return takenRow(row.number, await this.#inLane(lane, () => this.receive(command)));
    } catch (error) {
      if (error instanceof DomainError && error.kind !== 'unavailable') {
        return refusedRow(row.number, error);
      }
      throw error;
    }
  }

  #command(row: CsvRow): ReceiveLeadCommand {
    const { importId, policy, mode, source, mapping, actor, apiKeyId } = this.job;
    const commandId = rowCommandId(importId, row.number);
    return new ReceiveLeadCommand(
      policy,
      mode,
      'csv',
      { actor, apiKeyId, commandId, causationId: importId },
      readRow(row, mapping, source, policy.countries),
    );
  }

  #inLane<Result>(lane: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#lanes.get(lane);
    const result = before === undefined ? work() : before.then(work);
    const done = result.then(
      () => undefined,
      () => undefined,
    );
    this.#lanes.set(lane, done);
    void done.then(() => {
      if (this.#lanes.get(lane) === done) this.#lanes.delete(lane);
    });
    return result;
  }
}
