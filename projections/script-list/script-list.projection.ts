import type { ScriptContent, ScriptEvent } from '#events/calls';
import {
  defineProjection,
  defineTable,
  insert,
  instant,
  integer,
  nullable,
  type ProjectedEvent,
  type Row,
  text,
  update,
} from '#libs/read-db';

/** A row per script. */
export const scriptListTable = defineTable({
  columns: {
    tenantId: text(),
    scriptId: text(),
    /** As its latest version has it. */
    name: text(),
    language: text(),
    agent: text<ScriptContent['agent']['kind']>(),
    questionCount: integer(),
    status: text<'published' | 'retired'>(),
    /** The latest. */
    version: integer(),
    /** When the first version was published. */
    createdAt: instant(),
    /** When the latest one was. */
    publishedAt: instant(),
    retiredAt: nullable(instant()),
  },
  key: ['tenantId', 'scriptId'],
  indexes: [['tenantId', 'createdAt desc', 'scriptId desc']],
});

/** A script, as lists show it. */
export type ScriptListRow = Row<typeof scriptListTable>;

/** Which scripts does a tenant have, and which may be chosen for new calls? */
export const scriptListProjection = defineProjection<ScriptEvent, typeof scriptListTable>({
  name: 'script_list',
  version: 1,
  table: scriptListTable,
  on: {
    ScriptPublished: (event) => {
      if (event.data.version === 1) return insert(published(event, event.data.publishedAt));
      return update(keyOf(event), (row) => published(event, row.createdAt));
    },
    ScriptRetired: (event) =>
      update(keyOf(event), (row) => ({
        ...row,
        status: 'retired',
        retiredAt: event.data.retiredAt,
      })),
  },
});

type Published = Extract<ScriptEvent, { type: 'ScriptPublished' }>;

function published(event: ProjectedEvent<Published>, createdAt: string): ScriptListRow {
  const { version, publishedAt, content } = event.data;
  const { name, language, agent, questions } = content;
  return {
    ...keyOf(event),
    ...{ name, language, agent: agent.kind, questionCount: questions.length },
    ...{ status: 'published', version, createdAt, publishedAt, retiredAt: null },
  };
}

function keyOf(event: ProjectedEvent<ScriptEvent>) {
  return { tenantId: event.metadata.tenantId, scriptId: event.data.scriptId };
}
