import { expect, it } from '@jest/globals';
import { Connection } from './connection.js';
import { read } from './log-read.js';
import { streamRequest } from './read-request.js';
import { event, ScriptedServer } from './scripted-server.fixtures.js';
import { afterwards } from './scripted-store.fixtures.js';

it('holds on to no read that ended or was left, even if the server had sent all of it', async () => {
  const server = await ScriptedServer.start({
    read: (call) => {
      for (let position = 1n; position <= 50n; position += 1n) call.write(event(position));
      call.end();
    },
  });
  const connection = new Connection(server.url);
  afterwards(() => {
    server.close();
  });
  afterwards(() => connection.giveUp(new Error('The test is over.')));

  for (const count of [1, 10, 50]) {
    const events = read(connection, streamRequest('theatre-1', {}), performance.now() + 4_000);
    for (let taken = 0; taken < count; taken += 1) await events.next();
    await turnsOfTheLoop(50, () => false);
    await events.return(undefined);
  }
  await turnsOfTheLoop(1_000, () => connection.readsOpen === 0);
  expect(connection.readsOpen).toBe(0);
});

async function turnsOfTheLoop(turns: number, done: () => boolean): Promise<void> {
  for (let turn = 0; turn < turns && !done(); turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
