import { type EmmettRates } from '../peers/emmett/rebuild.js';
import { type LiveLatency } from './live-load.js';
import { type Rebuilt } from './rebuilds.js';

/** Everything a run measured. */
export interface Findings {
  readonly generated: { readonly events: number; readonly eventsPerSecond: number };
  /** The load without a rebuild, and during one. */
  readonly quiet: LiveLatency;
  readonly busy: LiveLatency;
  readonly all: Rebuilt;
  readonly simple: Rebuilt;
  /** `null` where Emmett was left out. */
  readonly emmett: EmmettRates | null;
}

/** What `--json` prints; the first five are what the goals are set on. */
export function result(findings: Findings): object {
  const { generated, quiet, busy, all, simple, emmett } = findings;
  const simpleEventsPerSecond = Math.round(simple.events / simple.fillingSeconds);
  return {
    seconds: rounded(all.seconds),
    eventsPerSecond: Math.round(all.events / all.seconds),
    simpleEventsPerSecond,
    emmettRatio: emmett === null ? null : rounded(simpleEventsPerSecond / fastest(emmett)),
    liveP99Ratio: rounded(busy.p99Ms / quiet.p99Ms),
    ...{ generated, emmettEventsPerSecond: emmett },
    events: all.events,
    live: { quiet: shown(quiet), busy: shown(busy) },
    simple: { model: 'lead_list', ...simple, seconds: rounded(simple.seconds) },
  };
}

/** A table for people. */
export function report(findings: Findings): string {
  const { generated, quiet, busy, all, simple, emmett } = findings;
  return [
    line('generated', generated.events, generated.eventsPerSecond),
    line('all read models', all.events, all.events / all.seconds, all.seconds),
    line('lead_list alone', simple.events, simple.events / simple.fillingSeconds, simple.seconds),
    ...(emmett === null
      ? []
      : [rates('Emmett, SQL', emmett.sql), rates('Emmett, documents', emmett.documents)]),
    '',
    `  POST /v1/leads    ${latency('without', quiet)}    ${latency('during', busy)}`,
  ].join('\n');
}

/** The peer is whatever of its two models was rebuilt faster. */
function fastest({ sql, documents }: EmmettRates): number {
  return Math.max(sql, documents);
}

function line(name: string, events: number, perSecond: number, seconds?: number): string {
  const took = seconds === undefined ? '' : `${seconds.toFixed(1).padStart(8)} s`;
  return `  ${name.padEnd(18)}${whole(events)} events ${whole(perSecond)} events/s${took}`;
}

function rates(name: string, perSecond: number): string {
  return `  ${name.padEnd(18)}${' '.repeat(11)}        ${whole(perSecond)} events/s`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US').padStart(10);
}

function latency(when: string, { p50Ms, p99Ms }: LiveLatency): string {
  return `${when}: p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`;
}

function shown({ requests, p50Ms, p99Ms }: LiveLatency): object {
  return { requests, p50Ms: rounded(p50Ms), p99Ms: rounded(p99Ms) };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
