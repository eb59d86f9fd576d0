import { type Caps } from '#events/calls';
import { type CallLaw } from './call-laws.js';
import { type LoggedEvent } from './logged-event.js';

const WINDOWS = ['hour', 'day', 'week', 'month'] as const;

type Reserved = Extract<LoggedEvent, { type: 'DestinationSlotReserved' }>['data'];

/** Slots of one destination, counted without trusting the counters in the events. */
class SlotCount {
  readonly held = new Map<string, Reserved>();
  /** By window, the transfers that count in it. */
  readonly #counted = new Map<string, Set<string>>();

  /** Every cap that this one exceeds. */
  reserve(data: Reserved, caps: Partial<Caps>): string[] {
    const { transferId, destinationId } = data;
    this.held.set(transferId, data);
    const counts = windowsOf(data).map(([name, window]) => {
      const counted = (this.#counted.get(window) ?? new Set<string>()).add(transferId);
      this.#counted.set(window, counted);
      return [name, counted.size] as const;
    });
    return [...counts, ['concurrent', this.held.size] as const].flatMap(([name, count]) => {
      const cap = caps[name] ?? null;
      return cap !== null && count > cap
        ? [`${destinationId} had ${count} of ${cap} by its cap ${name}`]
        : [];
    });
  }

  release(transferId: string, used: boolean): void {
    const data = this.held.get(transferId);
    this.held.delete(transferId);
    if (data === undefined || used) return;
    for (const [, window] of windowsOf(data)) this.#counted.get(window)?.delete(transferId);
  }
}

function windowsOf({ windows }: Reserved) {
  const named = WINDOWS.map((name) => [name, `${name} ${windows[name]}`] as const);
  return [...named, ['total', 'total'] as const];
}

/** No destination ever has more transfers than a cap of its own allows. */
export function capsAreKept(capsOf: ReadonlyMap<string, Partial<Caps>>): CallLaw {
  return (events) => {
    const destinations = new Map<string, SlotCount>();
    return events.flatMap(({ type, data }) => {
      if (type === 'DestinationSlotReserved') {
        const slots = destinations.get(data.destinationId) ?? new SlotCount();
        destinations.set(data.destinationId, slots);
        return slots.reserve(data, capsOf.get(data.destinationId) ?? {});
      }
      if (type === 'DestinationSlotReleased') {
        destinations.get(data.destinationId)?.release(data.transferId, data.used);
      }
      return [];
    });
  };
}

/** Every slot is given back, once, and counts if and only if consumer and destination met. */
export const slotsAreGivenBack: CallLaw = (events) => {
  const bridged = new Map<string, string>();
  const open = new Map<string, string>();
  const problems: string[] = [];
  for (const { type, data } of events) {
    if (type === 'CallBridged') bridged.set(data.transferId, data.destinationId);
    if (type === 'DestinationSlotReserved') {
      open.set(`${data.destinationId} ${data.transferId}`, data.transferId);
    }
    if (type !== 'DestinationSlotReleased') continue;
    const { transferId, destinationId, used } = data;
    if (!open.delete(`${destinationId} ${transferId}`)) {
      problems.push(`slot of ${transferId} at ${destinationId} was given back twice`);
    }
    if (used !== (bridged.get(transferId) === destinationId)) {
      problems.push(`slot of ${transferId} at ${destinationId} counts wrongly`);
    }
  }
  return [...problems, ...[...open.keys()].map((slot) => `slot ${slot} was never given back`)];
};

/** Nobody is handed to a destination without holding a slot there, from request to end. */
export const transfersHoldASlot: CallLaw = (events) => {
  const held = new Set<string>();
  return events.flatMap(({ type, data }) => {
    if (type === 'DestinationSlotReserved') held.add(`${data.destinationId} ${data.transferId}`);
    if (type === 'DestinationSlotReleased') held.delete(`${data.destinationId} ${data.transferId}`);
    if (type !== 'TransferRequested' && type !== 'CallBridged') return [];
    const { destinationId, transferId } = data;
    return held.has(`${destinationId} ${transferId}`)
      ? []
      : [`${type} of ${transferId} without a slot at ${destinationId}`];
  });
};
