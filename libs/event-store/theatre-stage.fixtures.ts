import { expect } from '@jest/globals';
import fc from 'fast-check';
import { CommandRunner } from './command-runner.js';
import { MemoryEventStore } from './memory-event-store.fixtures.js';
import { type SeatCommand, SEATS_MAX, theatreCatalog } from './theatre.fixtures.js';

export const STREAM = 'theatre-1';
export const reserve = (seat: number): SeatCommand => ({ do: 'reserve', seat });
export const release = (seat: number): SeatCommand => ({ do: 'release', seat });

export function aStage(store = new MemoryEventStore()) {
  return { store, runner: new CommandRunner(store, theatreCatalog) };
}

export const codeOf = (error: unknown): string => (error as { code: string }).code;

/** The seats the log says are taken, and a failure if it ever says something impossible. */
export function seatsIn(store: MemoryEventStore): number[] {
  const taken = new Set<number>();
  for (const { type, data } of store.log) {
    const { seat } = data as { seat: number };
    expect(taken.has(seat)).toBe(type === 'SeatReleased');
    if (type === 'SeatReserved') taken.add(seat);
    else taken.delete(seat);
    expect(taken.size).toBeLessThanOrEqual(SEATS_MAX);
  }
  return [...taken].sort();
}

export const someCommand = fc.record({
  do: fc.constantFrom('reserve' as const, 'release' as const),
  seat: fc.nat(SEATS_MAX + 2),
});
