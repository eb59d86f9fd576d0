const aliveEveryMs = 5_000;

/**
 * What the supervisor is told over the channel it opened; nothing, where there is none. The sign of
 * life comes from the event loop, so it stops when the process hangs.
 */
export class SupervisorLink {
  #timer: NodeJS.Timeout | undefined;

  /** The worker does its work, or stands by to. May be told more than once. */
  ready(): void {
    tell({ ready: true });
    this.#timer ??= setInterval(() => {
      tell({ alive: true });
    }, aliveEveryMs).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

/** A supervisor that has just ended is not told, and its children end by themselves. */
function tell(message: object): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}
