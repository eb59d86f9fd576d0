import { type EventDefinition } from '#libs/event-store';
import { format } from 'prettier';
import { type EventContext, eventContexts } from './event-contexts.js';

const INTRODUCTION = `# Events

<!-- Generated from the event definitions by \`npm run generate\`; edit those. -->

Everything Leadledger knows, it knows from these events. What is stored stays as it was written:
when the shape of an event changes, it gets a new version, and older ones are lifted to it when they
are read. A frozen example of every version is in test/fixtures/events.

Beside its data every event carries metadata: \`schemaVersion\`, \`tenantId\`, \`actor\` (\`kind\` and
\`id\`), \`occurredAt\`, \`commandId\`, \`$correlationId\`, \`$causationId\`, and, where a caller is known,
\`origin\` (sealed address and agent). Fields that are sealed hold personal data, encrypted; only those
who may see it are shown it.

`;

/** What is used of a JSON schema. */
interface Schema {
  readonly type?: string;
  readonly const?: string | number | boolean;
  readonly description?: string;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
}

interface Field {
  readonly path: string;
  readonly holds: string;
  readonly description: string;
}

/** docs/reference/events.md, from the definitions that events are written and read by. */
export function renderEventsReference(
  contexts: readonly EventContext[] = eventContexts,
): Promise<string> {
  const chapters = contexts.map(
    ({ title, events }) => `## ${title}\n\n${events.map(renderEvent).join('\n')}`,
  );
  return format(INTRODUCTION + chapters.join('\n'), { parser: 'markdown', printWidth: 100 });
}

function renderEvent({ type, version, doc, schema }: EventDefinition): string {
  const rows = fieldsOf(schema as Schema).map(
    ({ path, holds, description }) => `| \`${path}\` | ${holds} | ${description} |`,
  );
  const table = ['| Field | Holds | Meaning |', '| --- | --- | --- |', ...rows].join('\n');
  return `### ${type}\n\n${doc} Version ${version}.\n\n${table}\n`;
}

/** The fields of an object, each followed by the fields within it. */
export function fieldsOf(schema: Schema, prefix = ''): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const within = withoutNull(field);
    const inner = within.items === undefined ? within : withoutNull(within.items);
    const innerPrefix = within.items === undefined ? `${path}.` : `${path}[].`;
    const description = field.description ?? within.description ?? '';
    return [{ path, holds: holds(field), description }, ...fieldsOf(inner, innerPrefix)];
  });
}

function withoutNull(schema: Schema): Schema {
  const others = schema.anyOf?.filter(({ type }) => type !== 'null') ?? [];
  return others.length === 1 && others[0] !== undefined ? others[0] : schema;
}

function holds(schema: Schema): string {
  if (schema.anyOf !== undefined) return schema.anyOf.map(holds).join(' or ');
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.type === 'array') return `list of ${holds(schema.items ?? {})}`;
  if (schema.patternProperties !== undefined) {
    return `any fields of ${Object.values(schema.patternProperties).map(holds).join(' or ')}`;
  }
  return (
    { string: 'text', integer: 'whole number', boolean: 'yes or no' }[schema.type ?? ''] ??
    schema.type ??
    'anything'
  );
}
