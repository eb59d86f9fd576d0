/** What the person at the keyboard, or the system, asked for. */
export interface Interruption {
  /** Resolves with the first Ctrl-C, SIGTERM or closed terminal. */
  readonly requested: Promise<void>;
  readonly wasRequested: () => boolean;
  stopListening(): void;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Listens for requests to stop. The second Ctrl-C means "at once" and calls `atOnce`. */
export function listenForInterruption(atOnce: () => void): Interruption {
  let times = 0;
  let resolve: () => void = () => undefined;
  const requested = new Promise<void>((settle) => {
    resolve = settle;
  });
  const listener = (signal: NodeJS.Signals): void => {
    times += 1;
    if (times === 1) resolve();
    else if (signal === 'SIGINT') atOnce();
  };
  for (const signal of signals) process.on(signal, listener);
  return {
    requested,
    wasRequested: () => times > 0,
    stopListening: () => {
      for (const signal of signals) process.off(signal, listener);
    },
  };
}
