import { type DestinationEvent, type DestinationSettings } from './destination.events.js';

/** A destination that was added. */
export interface KnownDestinationState {
  readonly status: 'active' | 'paused' | 'retired';
  readonly destinationId: string;
  /** From 1; every event makes one. Calls name the version they were routed by. */
  readonly version: number;
  readonly settings: DestinationSettings;
}

/** A party that consumers may be connected to, as its history left it. */
export type Destination = { readonly status: 'absent' } | KnownDestinationState;

/** Before anything happened. */
export function initialState(): Destination {
  return { status: 'absent' };
}

/** Follows history without judging it. */
export function evolve(state: Destination, event: DestinationEvent): Destination {
  if (event.type === 'DestinationAdded') {
    const { destinationId, settings } = event.data;
    return { status: 'active', destinationId, version: 1, settings };
  }
  if (state.status === 'absent') return state;
  const next = { ...state, version: state.version + 1 };
  switch (event.type) {
    case 'DestinationChanged':
      return { ...next, settings: event.data.after };
    case 'DestinationPaused':
      return { ...next, status: 'paused' };
    case 'DestinationResumed':
      return { ...next, status: 'active' };
    case 'DestinationRetired':
      return { ...next, status: 'retired' };
  }
}
