import { type CallingHoursFacts, type DialObstacle } from './call.events.js';

export interface ConsumerPlaces {
  readonly state: string | null;
  readonly zip: string | null;
  readonly areaCode: string | null;
  readonly country: string | null;
}

export interface DialFacts {
  readonly places: ConsumerPlaces;
  readonly attempts: readonly string[];
  readonly lastCallEndedAt: string | null;
  readonly callbackAt: string | null;
  readonly limits: { readonly attempts24HoursMax: number; readonly spacingMinutes: number };
  readonly until: string;
}

export type DialVerdict =
  | {
      readonly allowed: true;
      readonly hours: CallingHoursFacts;
      readonly attemptsIn24Hours: number;
      readonly attemptsMax24Hours: number;
    }
  | {
      readonly allowed: false;
      readonly obstacles: readonly DialObstacle[];
      readonly nextAllowedAt: string | null;
      readonly hours: CallingHoursFacts;
    };

export function dialVerdict(_facts: DialFacts, _at: string): DialVerdict {
  return {
    allowed: true,
    hours: { rulePackVersion: 'stub', zones: [], states: [] },
    attemptsIn24Hours: 0,
    attemptsMax24Hours: 3,
  };
}
