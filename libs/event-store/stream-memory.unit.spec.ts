import { describe, expect, it } from '@jest/globals';
import { type TenantId } from '#libs/kernel';
import fc from 'fast-check';
import { type Standing } from './standing.js';
import { StreamMemory } from './stream-memory.js';
import { type Seats, theatre } from './theatre.fixtures.js';

/** Only how many commands there were matters to the memory. */
function afterCommands(length: number): Standing<Seats> {
  const commandIds = Array.from({ length }, (_, n) => String(n));
  const tenantId = 'acme' as TenantId;
  return {
    state: new Set([length]),
    revision: BigInt(length),
    position: null,
    tenantId,
    commandIds,
  };
}

describe('the memory of streams', () => {
  it('never holds more commands than it may, whatever is put in and forgotten', () => {
    const step = fc.record({ stream: fc.constantFrom('a', 'b', 'c', 'd'), length: fc.nat(10) });
    fc.assert(
      fc.property(fc.array(fc.tuple(step, fc.boolean())), (steps) => {
        const memory = new StreamMemory(20);
        const held = (stream: string) => memory.get(stream, theatre)?.commandIds.length;
        for (const [{ stream, length }, forget] of steps) {
          const known = held(stream) ?? 0;
          if (forget) memory.forget(stream, theatre);
          else memory.put(stream, theatre, afterCommands(length));
          expect(held(stream)).toBe(forget ? undefined : Math.max(known, length));
          const all = ['a', 'b', 'c', 'd'].reduce((sum, name) => sum + (held(name) ?? 0), 0);
          expect(all).toBeLessThanOrEqual(20);
        }
      }),
    );
  });

  it('lets go of what was written least lately', () => {
    const memory = new StreamMemory(20);
    for (const stream of ['a', 'b', 'c', 'a', 'd', 'e'])
      memory.put(stream, theatre, afterCommands(5));
    const held = ['a', 'b', 'c', 'd', 'e'].filter(
      (name) => memory.get(name, theatre) !== undefined,
    );
    expect(held).toEqual(['a', 'c', 'd', 'e']);
  });

  it('does not keep a stream that is too long for it', () => {
    const memory = new StreamMemory(20);
    memory.put('a', theatre, afterCommands(10));
    memory.put('a', theatre, afterCommands(11));
    expect(memory.get('a', theatre)).toBeUndefined();
  });

  it('keeps what is known already when somebody who was overtaken comes with less', () => {
    const memory = new StreamMemory();
    memory.put('a', theatre, afterCommands(3));
    memory.put('a', theatre, afterCommands(2));
    expect(memory.get('a', theatre)).toEqual(afterCommands(3));
  });

  it('gives a state only to the decider that made it', () => {
    const memory = new StreamMemory();
    memory.put('a', theatre, afterCommands(1));
    expect(memory.get('a', { ...theatre })).toBeUndefined();
    expect(memory.get('a', theatre)).toEqual(afterCommands(1));
  });
});
