import { readFileSync } from 'node:fs';
import { letOthersGoFirst } from '#libs/priority';
import { type ClientBase } from 'pg';

/** What of a client pg does not declare. */
interface Connected {
  readonly processID?: number | null;
  readonly connection?: { readonly stream?: { readonly localPort?: number } };
}

/**
 * Lets other work of the server go before a connection’s, if the server runs on this machine: what
 * it does for a read model weighs as much as what the worker does.
 *
 * The server’s number of a process says nothing about this machine, where it may run elsewhere. So
 * the process is asked: its title names the port that this connection came from.
 */
export function lowerBackend(client: ClientBase, by: number): void {
  const { processID: pid, connection } = client as Connected;
  const port = connection?.stream?.localPort;
  if (pid == null || port === undefined || process.platform !== 'linux') return;
  if (titleOf(pid).includes(`(${port})`)) letOthersGoFirst(by, pid);
}

function titleOf(pid: number): string {
  try {
    const title = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return title.startsWith('postgres:') ? title : '';
  } catch {
    return '';
  }
}
