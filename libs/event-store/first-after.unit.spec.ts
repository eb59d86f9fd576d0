import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type TenantId } from '#libs/kernel';
import { firstAfter } from './first-after.js';
import { MemoryEventStore } from './memory-event-store.fixtures.js';
import { type NewEvent } from './port.js';

const event = (): NewEvent => ({
  ...{ id: randomUUID(), type: 'Sang', data: {} },
  metadata: {
    ...{ schemaVersion: 1, tenantId: 'acme' as TenantId, actor: { kind: 'system', id: 'spec' } },
    ...{ occurredAt: '2026-01-05T12:00:00.000Z', commandId: 'c' },
    ...{ $correlationId: 'c', $causationId: 'c' },
  },
});

describe('the first event after a position', () => {
  it('is the next one of such a stream, or none yet', async () => {
    const store = new MemoryEventStore();
    const { position: first } = await store.append('bird-1', 'no_stream', [event()]);
    await store.append('fish-1', 'no_stream', [event()]);
    const { position: last } = await store.append('bird-2', 'no_stream', [event()]);
    expect(await firstAfter(store, first, ['bird-'], 5_000)).toMatchObject({ stream: 'bird-2' });
    expect(await firstAfter(store, last, ['bird-'], 5_000)).toBeNull();
  });

  it('is not waited for longer than allowed', async () => {
    const silent = {
      async *subscribeToAll({ signal }: { readonly signal: AbortSignal }) {
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve);
        });
        yield* [];
      },
    };
    await expect(firstAfter(silent, 0n, ['bird-'], 1)).rejects.toMatchObject({
      code: 'event_store_unavailable',
    });
  });
});
