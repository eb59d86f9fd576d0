import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Connection } from '../intake/connection.js';
import { type ReportedCall } from './reported-calls.js';

/** Where reports go. */
export interface HitTarget {
  readonly port: number;
  /** Used by turns: a token may report so many calls a minute. */
  readonly tokens: readonly string[];
}

/** What was answered, and how fast. */
export interface Answered {
  readonly postbackIds: readonly string[];
  /** In milliseconds. */
  readonly latencies: readonly number[];
  readonly perSecond: number;
}

/** How hard, and for how long. */
export interface Burst {
  readonly connections: number;
  readonly seconds: number;
  /** How many were sent before: what is sent again says something else. */
  readonly sentBefore: number;
}

/** Sends reports on so many connections, each as soon as the last one was answered. */
export async function burst(
  target: HitTarget,
  calls: readonly ReportedCall[],
  { connections, seconds, sentBefore }: Burst,
): Promise<Answered> {
  const { answers, open, close } = await collector(target, connections);
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1_000;
  let sent = sentBefore;
  await Promise.all(
    open.map(async (connection) => {
      while (performance.now() < endsAt) {
        const turn = sent++;
        await report(connection, target, turn, reportOf(calls, turn), answers);
      }
    }),
  );
  const tookMs = performance.now() - startedAt;
  close();
  return { ...answers, perSecond: (answers.postbackIds.length * 1_000) / tookMs };
}

/** Sends a report of each call at a constant rate, whatever the server does. */
export function reportEach(
  target: HitTarget,
  calls: readonly ReportedCall[],
  pace: Pace,
): Promise<Answered> {
  return forEach(target, calls, pace, (connection, turn, answers) =>
    report(connection, target, turn, reportOf(calls, turn), answers),
  );
}

/** Asks at a constant rate which transfer a report of each call would be matched to. */
export async function matchEach(
  target: HitTarget & { readonly apiKey: string },
  calls: readonly ReportedCall[],
  pace: Pace,
): Promise<readonly number[]> {
  const { latencies } = await forEach(target, calls, pace, async (connection, turn, answers) => {
    const text = await preview(connection, target, reportOf(calls, turn), answers.latencies);
    const { transferId } = calls[turn] ?? { transferId: '' };
    if (!text.includes(transferId)) throw new Error(`A report was matched to another: ${text}`);
  });
  return latencies;
}

/** So many a second, whatever the server does. */
interface Pace {
  readonly rate: number;
  readonly connections: number;
}

interface Answers {
  readonly postbackIds: string[];
  readonly latencies: number[];
}

async function forEach(
  target: HitTarget,
  calls: readonly ReportedCall[],
  { rate, connections }: Pace,
  send: (connection: Connection, turn: number, answers: Answers) => Promise<void>,
): Promise<Answered> {
  const { answers, open, close } = await collector(target, connections);
  const startedAt = performance.now();
  const sending = calls.map(async (_, turn) => {
    await pause(Math.max(1, (turn * 1_000) / rate - (performance.now() - startedAt)));
    const connection = open.pop();
    if (connection === undefined) throw new Error('No connection is free: lower the rate.');
    await send(connection, turn, answers);
    open.push(connection);
  });
  await Promise.all(sending);
  close();
  return { ...answers, perSecond: rate };
}

async function collector(target: HitTarget, connections: number) {
  const opening = Array.from({ length: connections }, () => Connection.open(target.port));
  const open = await Promise.all(opening);
  const all = [...open];
  const answers = { postbackIds: [] as string[], latencies: [] as number[] };
  const close = () => {
    for (const each of all) each.close();
  };
  return { answers, open, close };
}

function reportOf(calls: readonly ReportedCall[], turn: number): string {
  const call = calls[turn % calls.length];
  // A call is reported a second time when all were: then it revises what was said of it.
  const payout = 20 + (turn % 40) + Math.floor(turn / calls.length);
  const vendor = `bench-${turn % calls.length}`;
  return `{"caller_id":"+1${call?.phone ?? ''}","call_id":"${vendor}","payout":"${payout}.00","duration":95,"buyer":"Bright"}`;
}

async function report(
  connection: Connection,
  { port, tokens }: HitTarget,
  turn: number,
  body: string,
  { postbackIds, latencies }: Answers,
): Promise<void> {
  const token = tokens[turn % tokens.length] ?? '';
  const head = `POST /v1/postbacks/calls?token=${token} HTTP/1.1\r\nHost: 127.0.0.1:${port}`;
  const text = await answerTo(connection, head, body, latencies);
  postbackIds.push((JSON.parse(text) as { postback_id: string }).postback_id);
}

function preview(
  connection: Connection,
  { port, apiKey }: { readonly port: number; readonly apiKey: string },
  report: string,
  latencies: number[],
): Promise<string> {
  const head = `POST /v1/postbacks/preview HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${apiKey}`;
  const body = JSON.stringify({ content_type: 'application/json', body: report });
  return answerTo(connection, head, body, latencies);
}

function answerTo(
  connection: Connection,
  head: string,
  body: string,
  latencies: number[],
): Promise<string> {
  const request = `${head}\r\nContent-Type: application/json\r\nUser-Agent: bench/1\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const sentAt = performance.now();
  return new Promise((resolve, reject) => {
    const answered = ({ status, body: text }: { status: number; body: string }) => {
      if (status !== 200) {
        reject(new Error(`The api answered ${status}: ${text}`));
        return;
      }
      latencies.push(performance.now() - sentAt);
      resolve(text);
    };
    connection.send(request, answered, reject);
  });
}
