import { type DomainEvent } from '#libs/kernel';
import { type Static, type TObject } from 'typebox';
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

  constructor(event: RecordedEvent, reason: string) {
    super(
      `Event ${event.id} (${event.type}, ${event.stream}@${String(event.revision)}) cannot be read: ` +
        `${reason}. Its definition and the stored event disagree; restore the upcaster it needs.`,
    );
  }
}

interface Entry {
  readonly definition: EventDefinition;
  readonly validator: Validator;
}

/**
 * All events the system knows, and the only translation between stored and domain events.
 *
 * Readers see the latest shape: older versions pass through their upcasters first.
 */
export class EventCatalog {
  readonly #entries = new Map<string, Entry>();

  constructor(definitions: Iterable<EventDefinition>) {
    for (const definition of definitions) {
      if (this.#entries.has(definition.type)) {
        throw new Error(
          `Two events are called ${definition.type}; names are permanent and unique.`,
        );
      }
      this.#entries.set(definition.type, {
        definition,
        validator: Compile(definition.schema),
      });
    }
  }

  /** Every definition, in order of its name. */
  definitions(): EventDefinition[] {
    return [...this.#entries.values()]
      .map((entry) => entry.definition)
      .sort((a, b) => a.type.localeCompare(b.type));
  }

  /** The version under which `type` is written today. Throws for an undeclared type. */
  versionOf(type: string): number {
    return this.#entry(type).definition.version;
  }

  /** Refuses to write what could not be read again. */
  assertWritable(event: DomainEvent): void {
    const { validator } = this.#entry(event.type);
    if (validator.Check(event.data)) return;
    const [first] = validator.Errors(event.data);
    throw new Error(`${event.type} would be stored with a wrong shape: ${describe(first)}.`);
  }

  /**
   * The domain event in its latest shape; `null` for a type this version does not know (written by
   * a newer one, or by something else). Throws {@link UndecodableEvent} for a known type that does
   * not fit its definition.
   */
  decode(recorded: RecordedEvent): StoredEvent | null {
    const entry = this.#entries.get(recorded.type);
    if (entry === undefined) return null;
    const metadata = readMetadata(recorded);
    const data = upcast(entry.definition, recorded, metadata.schemaVersion);
    if (!entry.validator.Check(data)) {
      throw new UndecodableEvent(recorded, describe(entry.validator.Errors(data)[0]));
    }
    return { ...recorded, data, metadata };
  }

  #entry(type: string): Entry {
    const entry = this.#entries.get(type);
    if (entry === undefined) throw new Error(`No event ${type} is declared in the catalog.`);
    return entry;
  }
}

function describe(error: { instancePath: string; message: string } | undefined): string {
  return error === undefined
    ? 'its data has a wrong shape'
    : `${error.instancePath} ${error.message}`;
}

function readMetadata(recorded: RecordedEvent): EventMetadata {
  const metadata = recorded.metadata as Partial<EventMetadata> | null | undefined;
  if (
    typeof metadata !== 'object' ||
    metadata === null ||
    typeof metadata.schemaVersion !== 'number' ||
    typeof metadata.tenantId !== 'string' ||
    typeof metadata.commandId !== 'string' ||
    typeof metadata.occurredAt !== 'string'
  ) {
    throw new UndecodableEvent(recorded, 'its metadata is incomplete');
  }
  return metadata as EventMetadata;
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
    const lift = definition.upcasters[version];
    if (lift === undefined) {
      throw new UndecodableEvent(recorded, `no upcaster lifts version ${version}`);
    }
    data = lift(data);
  }
  return data;
}
