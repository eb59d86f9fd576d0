import { defineEvent, type EventOf } from '#libs/event-store';
import { Type } from 'typebox';

const keyId = Type.String({ description: 'The key’s public part, as in its stream name.' });
const instant = (description: string) =>
  Type.String({ description: `${description} ISO-8601 UTC.` });

const role = Type.Union([
  Type.Literal('superadmin'),
  Type.Literal('admin'),
  Type.Literal('buyer'),
  Type.Literal('partner'),
]);

const scope = Type.Union([Type.Literal('read'), Type.Literal('write'), Type.Literal('operator')]);

export const ApiKeyCreated = defineEvent({
  type: 'ApiKeyCreated',
  version: 2,
  doc: 'A tenant was given a key to the api; its text was shown once and is kept nowhere.',
  schema: Type.Object({
    keyId,
    tenantId: Type.String({ description: 'Whose data the key opens.' }),
    kind: Type.Union([Type.Literal('intake'), Type.Literal('platform'), Type.Literal('posting')], {
      description: 'intake: /v1. platform: /api/v1. posting: partners’ lead posts.',
    }),
    prefix: Type.String({ description: 'How the key’s text begins, e.g. l2i_.' }),
    last4: Type.String({ description: 'How it ends, so that its holder recognises it.' }),
    secretHash: Type.String({ description: 'SHA-256 of the whole text, base64url.' }),
    name: Type.String({ description: 'What the key is called in lists.' }),
    scopes: Type.Array(scope, {
      description: 'read: pull data. write: send data. operator: run the installation.',
    }),
    role: Type.Union([role, Type.Null()], {
      description: 'Whose endpoints it may call; no role includes another. null: intake keys.',
    }),
    rateLimitPerMinute: Type.Integer({ description: 'Requests it may make per minute.' }),
    mode: Type.Union([Type.Literal('live'), Type.Literal('test')], {
      description: 'Leads of test keys never meet live ones.',
    }),
    expiresAt: Type.Union([instant('From then on it is refused.'), Type.Null()], {
      description: 'null: never.',
    }),
    createdAt: instant('When it was created.'),
  }),
  // Version 1 had no scope operator.
  upcasters: { 1: (data) => data },
});

export const ApiKeyRotated = defineEvent({
  type: 'ApiKeyRotated',
  version: 1,
  doc: 'A key was replaced by a successor and goes on working until an agreed instant.',
  schema: Type.Object({
    keyId,
    successorKeyId: Type.String({ description: 'The key that takes its place.' }),
    validUntil: instant('From then on the old key is refused.'),
  }),
});

export const ApiKeyRevoked = defineEvent({
  type: 'ApiKeyRevoked',
  version: 1,
  doc: 'A key was withdrawn and is refused from that moment on.',
  schema: Type.Object({
    keyId,
    reason: Type.String({ description: 'Why, as whoever revoked it put it.' }),
    revokedAt: instant('When it was revoked.'),
  }),
});

/** What can happen to an API key; the stored format of `apiKey-<keyId>` streams. */
export const apiKeyEvents = [ApiKeyCreated, ApiKeyRotated, ApiKeyRevoked] as const;

/** Any event of an API key. */
export type ApiKeyEvent = EventOf<(typeof apiKeyEvents)[number]>;
/** What is fixed about a key when it is made. */
export type ApiKeyCreatedData = EventOf<typeof ApiKeyCreated>['data'];
/** Which family of the api a key is for; its prefix shows it. */
export type ApiKeyKind = ApiKeyCreatedData['kind'];
/** Whether what is sent with a key is real or a test; the two never meet. */
export type ApiKeyMode = ApiKeyCreatedData['mode'];
/** What a key may do. */
export type ApiKeyScope = ApiKeyCreatedData['scopes'][number];
/** Whose endpoints a platform key may call; no role includes another. */
export type ApiKeyRole = NonNullable<ApiKeyCreatedData['role']>;
