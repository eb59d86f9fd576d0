/**
 * Loaded into every child before its own code (`node --import`). The channel to the supervisor
 * closes when the supervisor ends, however it ends; the child then stops by itself, so that a
 * killed supervisor leaves nothing behind.
 */
const stopWithinMs = 9_000;

function stopWithoutSupervisor(): void {
  setTimeout(() => process.exit(1), stopWithinMs).unref();
  process.kill(process.pid, 'SIGTERM');
}

if (process.connected) {
  process.once('disconnect', stopWithoutSupervisor);
  // Waiting for the supervisor must not keep a child alive that has nothing left to do.
  process.channel?.unref();
  // Nobody reads any longer what is written after the supervisor ended.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}
