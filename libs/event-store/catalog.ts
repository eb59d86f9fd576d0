import { type DomainEvent } from '#libs/kernel';
import { type Static, type TObject, Type } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { type EventMetadata, type Position, type RecordedEvent } from './port.js';

/** Lifts the data of one stored version to the next. Pure, and kept for ever. */
export type Upcaster = (data: Record<string, unknown>) => Record<string, unknown>;

/**
 * One kind of event: its permanent name, the shape of its data now, and how older shapes are read.
 *
 * The schema is the stored format. Changing it means a new `version`, an upcaster from the version
 * before, and a frozen fixture under test/fixtures/events.
 */
export interface EventDefinition<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly version: number;
  /** One sentence: which business fact the event states. Shown in docs/reference/events.md. */
  readonly doc: string;
  readonly schema: TObject;
  /** `upcasters[n]` lifts version n to n + 1. */
  readonly upcasters: Readonly<Record<number, Upcaster>>;
  /** Only for types: what `data` is. */
  readonly data?: Data;
}

/** The domain event (or union of them) that definitions describe. */
export type EventOf<Definition> =
  Definition extends EventDefinition<infer Type, infer Data> ? DomainEvent<Type, Data> : never;

/** Declares an event. Every field of `schema` should carry a `description`. */
export function defineEvent<const Type extends string, Schema extends TObject>(definition: {
  readonly type: Type;
  readonly version: number;
  readonly doc: string;
  readonly schema: Schema;
  readonly upcasters?: Readonly<Record<number, Upcaster>>;
}): EventDefinition<Type, Static<Schema>> {
  return { ...definition, upcasters: definition.upcasters ?? {} };
}

/** An event of a known kind, in its latest shape, with everything the log knows about it. */
export type StoredEvent<Event extends DomainEvent = DomainEvent> = Event & {
  readonly id: string;
  readonly metadata: EventMetadata;
  readonly stream: string;
  readonly revision: bigint;
  readonly position: Position | null;
  readonly recordedAt: Date;
};

/** A stored event of a known type that cannot be read: whoever reads must stop, not skip. */
export class UndecodableEvent extends Error {
  override readonly name = 'UndecodableEvent';

  constructor(event: RecordedEvent, reason: string, cause?: unknown) {
    super(
      `Event ${event.id} (${event.type}, ${event.stream}@${String(event.revision)}) cannot be read: ` +
        `${reason}. Its definition and the stored event disagree; restore the upcaster it needs.`,
      { cause },
    );
  }
}

/** An event with its validators, each compiled when the first such event comes by. */
class Entry {
  #readable: Validator | null = null;
  #writable: Validator | null = null;

  constructor(readonly definition: EventDefinition) {}

  get readable(): Validator {
    return (this.#readable ??= Compile(this.definition.schema));
  }

  get writable(): Validator {
    return (this.#writable ??= Compile(closed(this.definition.schema)));
  }
}

/**
 * All events the system knows, and the only translation between stored and domain events.
 *
 * Readers see the latest shape: older versions pass through their upcasters first.
 */
export class EventCatalog {
  readonly #entries = new Map<string, Entry>();

  constructor(definitions: Iterable<EventDefinition>) {
    for (const definition of definitions) this.#add(definition);
  }

  #add(definition: EventDefinition): void {
    const { type, version } = definition;
    if (this.#entries.has(type)) {
      throw new Error(`Two events are called ${type}; names are permanent and unique.`);
    }
    for (let from = 1; from < version; from += 1) {
      if (definition.upcasters[from] === undefined) {
        throw new Error(`${type} has no upcaster from version ${from}; stored ones need it.`);
      }
    }
    this.#entries.set(type, new Entry(definition));
  }

  /** Every definition, in order of its name. */
  definitions(): EventDefinition[] {
    return [...this.#entries.values()]
      .map((entry) => entry.definition)
      .sort((a, b) => (a.type < b.type ? -1 : 1));
  }

  /** The version under which `type` is written today. Throws for an undeclared type. */
  versionOf(type: string): number {
    return this.#entry(type).definition.version;
  }

  /**
   * Refuses to write what could not be read again, and any field that was not declared: nothing
   * personal slips into the log unsealed because somebody passed an object with more in it.
   */
  assertWritable(event: DomainEvent): void {
    const { writable } = this.#entry(event.type);
    if (writable.Check(event.data)) return;
    const reason = describe(writable.Errors(event.data)[0]);
    throw new Error(`${event.type} would be stored with a wrong shape: ${reason}.`);
  }

  /**
   * The domain event in its latest shape; `null` for a type this version does not know (written by
   * a newer one, or by something else). Throws {@link UndecodableEvent} for a known type that does
   * not fit its definition.
   */
  decode(recorded: RecordedEvent): StoredEvent | null {
    const entry = this.#entries.get(recorded.type);
    if (entry === undefined) return null;
    const { id, type, stream, revision, position, recordedAt, metadata } = recorded;
    if (!metadataValidator.Check(metadata)) {
      const reason = describe(metadataValidator.Errors(metadata)[0]);
      throw new UndecodableEvent(recorded, `its metadata is incomplete (${reason})`);
    }
    const known = metadata as unknown as EventMetadata;
    const data = upcast(entry.definition, recorded, known.schemaVersion);
    if (!entry.readable.Check(data)) {
      throw new UndecodableEvent(recorded, describe(entry.readable.Errors(data)[0]));
    }
    return { id, type, stream, revision, position, recordedAt, data, metadata: known };
  }

  #entry(type: string): Entry {
    const entry = this.#entries.get(type);
    if (entry === undefined) throw new Error(`No event ${type} is declared in the catalog.`);
    return entry;
  }
}

const metadataValidator = Compile(
  Type.Object({
    schemaVersion: Type.Integer({ minimum: 1 }),
    tenantId: Type.String(),
    actor: Type.Object({ kind: Type.String(), id: Type.String() }),
    occurredAt: Type.String(),
    commandId: Type.String(),
    $correlationId: Type.String(),
    $causationId: Type.String(),
  }),
);

/** The schema with no room for undeclared fields, at any depth. */
function closed(schema: TObject): TObject {
  return close(schema) as TObject;
}

function close(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(close);
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, close(value)]));
  return 'properties' in copy ? { additionalProperties: false, ...copy } : copy;
}

function describe(error: { instancePath: string; message: string } | undefined): string {
  return `${error?.instancePath ?? ''} ${error?.message ?? 'has a wrong shape'}`.trim();
}

function upcast(
  definition: EventDefinition,
  recorded: RecordedEvent,
  storedVersion: number,
): Record<string, unknown> {
  if (typeof recorded.data !== 'object' || recorded.data === null) {
    throw new UndecodableEvent(recorded, 'its data is not a JSON object');
  }
  if (storedVersion > definition.version) {
    throw new UndecodableEvent(recorded, `version ${storedVersion} is newer than this program`);
  }
  let data = recorded.data as Record<string, unknown>;
  for (let version = storedVersion; version < definition.version; version += 1) {
    data = lift(definition, recorded, version, data);
  }
  return data;
}

function lift(
  definition: EventDefinition,
  recorded: RecordedEvent,
  version: number,
  data: Record<string, unknown>,
): Record<string, unknown> {
  try {
    return definition.upcasters[version]?.(data) ?? data;
  } catch (cause) {
    throw new UndecodableEvent(recorded, `the upcaster from version ${version} failed`, cause);
  }
}
