import { TcpProxy } from '#libs/testing';
import { type Meeting, startMatching } from './matching.fixtures.js';

/** A worker’s side that can die as a process does that is killed. */
export type MortalMatching = Awaited<ReturnType<typeof startMortalMatching>>;

/** Starts the reactor of matching, with wires of its own to the log and the database. */
export async function startMortalMatching(on: Meeting) {
  const [store, database] = [new URL(on.eventStoreUrl), new URL(on.databaseUrl)];
  const wires = await Promise.all([store, database].map(({ port }) => TcpProxy.to(Number(port))));
  for (const [index, url] of [store, database].entries()) {
    url.hostname = '127.0.0.1';
    url.port = String(wires[index]?.port);
  }
  const matching = startMatching({ ...on, eventStoreUrl: store.href, databaseUrl: database.href });
  const cut = () => Promise.all(wires.map((wire) => wire.close()));
  return {
    notices: matching.notices,
    /**
     * In the middle of whatever it does: from then on nothing of it reaches anybody, and nobody is
     * told. What it had sent may still come into effect, while others have taken its place.
     */
    die: async () => {
      await cut();
      await matching.abandon();
    },
    stop: async () => {
      await matching.stop();
      await cut();
    },
  };
}
