import {
  awaitProjectionRequest,
  type BuildStatus,
  type Database,
  type DeadLetter,
  type DeadLetterFilter,
  type DeadLetterSequence,
  listDeadLetters,
  type Page,
  type ProjectionOrder,
  type ProjectionRequest,
  type ProjectionStatus,
  readModelsStatus,
  readProjectionRequest,
  requestProjectionAction,
  showDeadLetter,
} from '#libs/read-db';
import { Inject, Injectable } from '@nestjs/common';
import { type Calling } from '../http/calling.js';
import { DATABASE } from '../wiring/tokens.js';
import {
  buildNotFound,
  deadLetterNotFound,
  projectionNotFound,
  requestNotFound,
  requestRefused,
} from './admin.errors.js';

/** The worker looks at requests within a second; where none runs, the caller is told so. */
const HANDLED_WITHIN_MS = 2_500;
const WHOLE_NUMBER = /^[1-9]\d{0,8}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What is asked of the worker, the caller left out. */
export type Order = Omit<ProjectionOrder, 'id' | 'requestedBy'>;

/** Shows read models to operators, and hands on to the worker what they ask for. */
@Injectable()
export class ProjectionDesk {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  async list(): Promise<readonly ProjectionStatus[]> {
    return (await readModelsStatus(this.database)).projections;
  }

  async projection(name: string): Promise<ProjectionStatus> {
    const found = (await this.list()).find((projection) => projection.name === name);
    if (found === undefined) throw projectionNotFound(name);
    return found;
  }

  async build(name: string, number: string): Promise<BuildStatus> {
    const { builds } = await this.projection(name);
    const found = builds.find(({ build }) => String(build) === number);
    if (found === undefined) throw buildNotFound(name, number);
    return found;
  }

  /**
   * Asks for something, once for each command, and waits a moment for what the worker says.
   * `outcome` is `done`, or `null` if no worker has looked at it yet. Rejects with
   * `projection_request_refused` and the worker's own sentence.
   */
  async ask({ key, caller }: Calling, order: Order): Promise<ProjectionRequest> {
    const { commandId: id } = caller;
    const requestedBy = `api_key:${key.keyId}`;
    await requestProjectionAction(this.database, { ...order, id, requestedBy });
    const request = await awaitProjectionRequest(this.database, id, {
      timeoutMs: HANDLED_WITHIN_MS,
    });
    if (request === null) throw requestNotFound(id);
    if (request.outcome !== null && request.outcome !== 'done')
      throw requestRefused(request.outcome);
    return request;
  }

  async request(id: string): Promise<ProjectionRequest> {
    const found = UUID.test(id) ? await readProjectionRequest(this.database, id) : null;
    if (found === null) throw requestNotFound(id);
    return found;
  }

  deadLetters(filter: DeadLetterFilter): Promise<Page<DeadLetterSequence>> {
    return listDeadLetters(this.database, filter);
  }

  /** The letters of a key; never none of them. */
  async lettersOf(name: string, build: string, key: string): Promise<DeadLetter[]> {
    const letters = WHOLE_NUMBER.test(build)
      ? await showDeadLetter(this.database, { name, build: Number(build), key })
      : [];
    if (letters.length === 0) throw deadLetterNotFound(key);
    return letters;
  }
}
