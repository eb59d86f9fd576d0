import { defineEvent, type EventOf } from '#libs/event-store';
import { Type } from 'typebox';

export const TenantCreated = defineEvent({
  type: 'TenantCreated',
  version: 1,
  doc: 'A business began to use the platform; everything it owns carries its id.',
  schema: Type.Object({
    tenantId: Type.String({ description: 'The tenant’s short name, as in its stream name.' }),
    name: Type.String({ description: 'What people call it.' }),
    mode: Type.Union([Type.Literal('live'), Type.Literal('sandbox')], {
      description: 'sandbox: telephony and buyers are simulated, and fictitious phones count.',
    }),
    createdAt: Type.String({ description: 'When it was created. ISO-8601 UTC.' }),
  }),
});

/** What can happen to a tenant; the stored format of `tenant-<tenantId>` streams. */
export const tenantEvents = [TenantCreated] as const;

/** Any event of a tenant. */
export type TenantEvent = EventOf<(typeof tenantEvents)[number]>;
/** `sandbox`: fictitious numbers count as dialable and nobody is ever called. */
export type TenantMode = TenantEvent['data']['mode'];
