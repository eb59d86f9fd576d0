import { type DialingEvent, type DialingSettings } from './dialing.events.js';

/** What a tenant has decided about dialing: its history, folded. */
export interface Dialing {
  /** `null` until they were made the first time. */
  readonly settings: DialingSettings | null;
  /** How often they were made, and so which version is in force; 0 while there is none. */
  readonly version: number;
  /**
   * Whether the emergency stop is pulled: then nobody is dialed, neither consumer nor destination.
   */
  readonly stopped: boolean;
  /** Sources whose leads are not dialed for now, longest paused first. */
  readonly pausedSources: readonly string[];
}

/** Dialing of a tenant that has settings. Without them nobody is dialed for it. */
export interface DialingState extends Dialing {
  readonly settings: DialingSettings;
}

/** Before anything was decided. */
export function initialState(): Dialing {
  return { settings: null, version: 0, stopped: false, pausedSources: [] };
}

/** Follows history without judging it. */
export function evolve(dialing: Dialing, event: DialingEvent): Dialing {
  switch (event.type) {
    case 'DialingConfigured':
      return { ...dialing, settings: event.data.after, version: dialing.version + 1 };
    case 'DialingStopped':
      return { ...dialing, stopped: true };
    case 'DialingResumed':
      return { ...dialing, stopped: false };
    case 'SourcePaused':
      return { ...dialing, pausedSources: [...without(dialing, event), event.data.source] };
    case 'SourceResumed':
      return { ...dialing, pausedSources: without(dialing, event) };
  }
}

/** The same, if the tenant has settings; else `null`. */
export function configured(dialing: Dialing): DialingState | null {
  const { settings } = dialing;
  return settings === null ? null : { ...dialing, settings };
}

/** Whether a lead of `source` (as it names it, `null` if it names none) may be dialed by now. */
export function dialsFor({ stopped, pausedSources }: Dialing, source: string | null): boolean {
  return !stopped && (source === null || !pausedSources.includes(source));
}

function without(
  { pausedSources }: Dialing,
  { data }: Extract<DialingEvent, { type: 'SourcePaused' | 'SourceResumed' }>,
): string[] {
  return pausedSources.filter((source) => source !== data.source);
}
