/** What a reactor has to say, for logs and metrics. Nothing of it is personal. */
export type ReactorNotice =
  | { readonly kind: 'started'; readonly reactor: string; readonly after: bigint | null }
  /** Alarm: the event waits, and those of its stream behind it; it is tried again by itself. */
  | {
      readonly kind: 'parked';
      readonly reactor: string;
      readonly failure: string;
      readonly attempts: number;
      readonly retryInMs: number;
    }
  /** Alarm: so many events are parked that no new ones are looked at until some succeed. */
  | { readonly kind: 'standing_still'; readonly reactor: string; readonly parked: number }
  | { readonly kind: 'disconnected'; readonly reactor: string; readonly error: unknown };
