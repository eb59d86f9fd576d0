/** Whether V8 knows the last flag, as Node 24’s does. One that it does not know ends the process. */
const countsBuffers = process.versions.v8.startsWith('13.');

/**
 * How V8 lays out the memory of a process; both figures in MiB.
 *
 * The young generation is four times V8's own: what a request leaves behind is dead before it would
 * be copied. A tenth less CPU per lead in three paired runs of bench intake, on a noisy machine.
 *
 * The old one may grow this far before all of it is looked through for the first time. V8 begins
 * with a few MiB and looks again at each step up, and after each rest. A twentieth less CPU per
 * lead in seven paired rounds on a quiet machine, more on a busy one.
 *
 * What buffers hold counts towards V8's limit for everything together. By itself V8 looks through
 * everything whenever 64 MiB of them have come since the last time, although they go with the
 * requests that made them: the event store and the api did so every ten seconds under load, and the
 * slowest hundredth of requests was those that waited for it.
 */
export const memoryLayout: readonly string[] = [
  '--max-semi-space-size=64',
  '--initial-old-space-size=256',
  ...(countsBuffers ? ['--external-memory-accounted-in-global-limit'] : []),
];
