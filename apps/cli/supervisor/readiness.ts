import { setTimeout as pause } from 'node:timers/promises';
import { type Child } from './child.js';

const pollMs = 50;

/** Ready when it sends `{ready: true}` over its channel. */
export function announcedByMessage(child: Child): Promise<void> {
  return new Promise((ready) => {
    child.onMessage((message) => {
      if ((message as { ready?: unknown } | null)?.ready === true) ready();
    });
  });
}

/** Ready when it prints a line of JSON with the field `listening`. */
export function announcedByLine(child: Child): Promise<void> {
  let text = '';
  return new Promise((ready) => {
    child.onOutput((chunk) => {
      text = (text + chunk).slice(-65_536);
      if (/^\{.*"listening":.*\}$/m.test(text)) ready();
    });
  });
}

/** Ready when `url` answers 200; asked again and again until `signal` aborts. */
export async function answersOk(url: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !(await answers(url, signal))) {
    await pause(pollMs, undefined, { signal }).catch(() => undefined);
  }
}

async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(3_000)]);
    const response = await fetch(url, { signal: within });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}
