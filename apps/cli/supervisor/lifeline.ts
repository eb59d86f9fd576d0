/**
 * Loaded into every child before its own code (`node --import`). The channel to the supervisor
 * closes when the supervisor ends, however it ends; the child then stops as if it had been told to,
 * so that a killed supervisor leaves nothing behind. A child too slow in that is killed.
 *
 * All of it needs the child's event loop. A child that hangs where it stands outlives its
 * supervisor, and the next start ends it (leftovers.ts).
 */
const stopWithinMs = 9_000;

function stopWithoutSupervisor(): void {
  // Not `process.exit`: what else happens at an exit could keep it from ending.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), stopWithinMs).unref();
  process.kill(process.pid, 'SIGTERM');
}

if (process.connected) {
  process.once('disconnect', stopWithoutSupervisor);
  // Waiting for the supervisor must not keep a child alive that has nothing left to do.
  process.channel?.unref();
  // Nobody reads any longer what is written after the supervisor ended.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}
