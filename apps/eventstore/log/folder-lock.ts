import { createHash } from 'node:crypto';
import { realpathSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Held while a process writes to a data folder. */
export interface FolderLock {
  release(): Promise<void>;
}

/** Somebody else writes to the folder. */
export class FolderInUse extends Error {
  constructor(dataDir: string) {
    super(`Another event store is running on ${dataDir}: stop it, or choose another folder.`);
    this.name = 'FolderInUse';
  }
}

/**
 * A name nobody else uses: a local socket. The operating system takes it back the moment its owner
 * dies, however it dies, so there is no stale lock after a kill and no process id to mistrust. On
 * Linux the name lives in the abstract namespace (of one network namespace), on Windows it is a
 * pipe; elsewhere it is a file in the temporary folder, tried first and removed if nobody answers.
 */
function socketName(dataDir: string): string {
  const digest = createHash('sha256').update(realpathSync(dataDir)).digest('hex').slice(0, 32);
  if (process.platform === 'linux') return `\0leadledger-eventstore-${digest}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\leadledger-eventstore-${digest}`;
  return join(tmpdir(), `leadledger-eventstore-${digest}.sock`);
}

function listen(name: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen(name, () => {
      server.unref();
      resolve(server);
    });
  });
}

function isAnswered(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(name);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

/** Takes the folder for this process, or throws {@link FolderInUse}. The folder has to exist. */
export async function lockFolder(dataDir: string): Promise<FolderLock> {
  const name = socketName(dataDir);
  const isFile = !name.startsWith('\0') && process.platform !== 'win32';
  if (isFile && !(await isAnswered(name))) rmSync(name, { force: true });
  const server = await listen(name).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new FolderInUse(dataDir);
    }
    throw error;
  });
  return {
    release: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}
