import { type CommandRunner, type Position } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { type DataKeys, seal } from '#libs/privacy';
import { type KnownPostback } from '../domain/postback.js';
import { postbackDecider } from '../domain/postback.decider.js';
import { postbackNotFound } from '../domain/revenue.errors.js';
import { type Hit } from '../domain/reading/hit.js';
import { type ReadHit } from '../domain/reading/read-hit.js';
import { type Caller, contextOf } from './caller.js';
import { postbackStream } from './postback-streams.js';
import { rawReport, type ReportOrigin, sizeOf } from './raw-report.js';

/** A report as it came and as it is read, to be stored. */
export interface PostbackToStore {
  readonly tenantId: TenantId;
  /** UUID. */
  readonly postbackId: string;
  /** With what it came: a token, or a statement. */
  readonly tokenId: string;
  readonly destinationId: string | null;
  readonly hit: Hit;
  readonly origin: ReportOrigin;
  readonly read: ReadHit;
  readonly receivedAt: string;
  /** Its place among reports that came together, from 0. */
  readonly sequence: number;
  readonly caller: Omit<Caller, 'commandId'>;
}

/** A report that is in the log. */
export interface StoredPostback {
  readonly postback: KnownPostback;
  /** Of its receipt, now or before. */
  readonly position: Position | null;
  /** Whether it had not been received before. */
  readonly isNew: boolean;
}

/** What {@link PostbackIntake} is put together from. */
export interface IntakeParts {
  readonly runner: CommandRunner;
  readonly keys: DataKeys;
}

/** Takes reports into the log, wherever they come from, with all that is personal sealed (PB-2). */
export class PostbackIntake {
  readonly #parts: IntakeParts;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /** Resolves once it is durable. The same id again changes nothing. */
  async store(report: PostbackToStore): Promise<StoredPostback> {
    const { tenantId, postbackId, tokenId, destinationId, hit, receivedAt, sequence } = report;
    const { runner, keys } = this.#parts;
    const { reading, caller } = report.read;
    const key = await keys.take(tenantId);
    const postback = {
      ...{ postbackId, tokenId, destinationId, method: hit.method },
      ...{ contentType: mediaTypeOf(hit), bytes: sizeOf(hit), reading, keyId: key.id },
      ...{ receivedAt, sequence },
      personal: seal(key, { tenantId }, rawReport(hit, report.origin, caller)),
    };
    const { state, position, replayed } = await runner.run({
      stream: postbackStream(postbackId),
      decider: postbackDecider,
      command: { type: 'ReceivePostback', postback },
      expectNew: true,
      context: contextOf(
        { ...report.caller, commandId: postbackId },
        ...([tenantId, postbackId, receivedAt] as const),
      ),
    });
    if (state.status === 'absent') throw postbackNotFound();
    return { postback: state, position, isNew: position !== null && !replayed };
  }
}

/** The media type of what was sent, without parameters. */
export function mediaTypeOf({ contentType }: Hit): string | null {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase().slice(0, 200) ?? '';
  return type === '' ? null : type;
}
