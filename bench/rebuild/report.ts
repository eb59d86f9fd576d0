import { type EmmettRates } from '../peers/emmett/rebuild.js';
import { type LiveLatency } from './live-load.js';
import { type Rebuilt } from './rebuilds.js';

/**
 * A plainly simple read model: a short row for each lead, made by its first event and changed by a
 * few later ones.
 */
export const simpleModel = 'speed_to_lead';
/** The one Emmett's are made like: some twenty columns, a list and four more indexes. */
export const richModel = 'lead_list';

/** Everything a run measured. */
export interface Findings {
  readonly generated: { readonly events: number; readonly eventsPerSecond: number };
  /** The load without a rebuild, and during one. */
  readonly quiet: LiveLatency;
  readonly busy: LiveLatency;
  readonly all: Rebuilt;
  /** `simpleModel` alone, and `richModel`, each without load. */
  readonly simple: Rebuilt;
  readonly rich: Rebuilt;
  /** `null` where Emmett was left out. */
  readonly emmett: EmmettRates | null;
}

/** What `--json` prints; the first five are what the goals are set on. */
export function result(findings: Findings): object {
  const { generated, quiet, busy, all, simple, rich, emmett } = findings;
  const leadListEventsPerSecond = Math.round(rateOf(rich));
  return {
    seconds: rounded(all.seconds),
    eventsPerSecond: Math.round(all.events / all.seconds),
    simpleEventsPerSecond: Math.round(rateOf(simple)),
    emmettRatio: emmett === null ? null : rounded(leadListEventsPerSecond / fastest(emmett)),
    liveP99Ratio: rounded(busy.p99Ms / quiet.p99Ms),
    ...{ simpleModel, leadListEventsPerSecond },
    ...{ generated, emmettEventsPerSecond: emmett },
    events: all.events,
    live: { quiet: shown(quiet), busy: shown(busy) },
    simple: { model: simpleModel, ...simple, seconds: rounded(simple.seconds) },
    rich: { model: richModel, ...rich, seconds: rounded(rich.seconds) },
  };
}

/** A table for people. */
export function report(findings: Findings): string {
  const { generated, quiet, busy, all, simple, rich, emmett } = findings;
  return [
    line('generated', generated.events, generated.eventsPerSecond),
    line('all read models', all.events, all.events / all.seconds, all.seconds),
    line(`${simpleModel} alone`, simple.events, rateOf(simple), simple.seconds),
    line(`${richModel} alone`, rich.events, rateOf(rich), rich.seconds),
    ...(emmett === null
      ? []
      : [rates('Emmett, SQL', emmett.sql), rates('Emmett, documents', emmett.documents)]),
    '',
    `  POST /v1/leads        ${latency('without', quiet)}    ${latency('during', busy)}`,
  ].join('\n');
}

/** Events a second of filling, verification and switch. */
function rateOf({ events, fillingSeconds }: Rebuilt): number {
  return events / fillingSeconds;
}

/** The peer is whatever of its two models was rebuilt faster. */
function fastest({ sql, documents }: EmmettRates): number {
  return Math.max(sql, documents);
}

function line(name: string, events: number, perSecond: number, seconds?: number): string {
  const took = seconds === undefined ? '' : `${seconds.toFixed(1).padStart(8)} s`;
  return `  ${name.padEnd(22)}${whole(events)} events ${whole(perSecond)} events/s${took}`;
}

function rates(name: string, perSecond: number): string {
  return `  ${name.padEnd(22)}${' '.repeat(11)}        ${whole(perSecond)} events/s`;
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
