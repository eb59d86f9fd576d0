import { median, percentile } from './percentile.js';
import type { Round } from './round.js';

/** Everything measured of one side. */
export interface SideRounds {
  readonly saturation: readonly Round[];
  readonly openLoop: readonly Round[];
}

/** The rounds of one side in figures: each is the median over the rounds. */
export interface Summary {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface OpenLoopSummary {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
}

export function summarise(rounds: readonly Round[]): Summary {
  return {
    requestsPerSecond: Math.round(median(rounds.map((round) => round.requestsPerSecond))),
    p50Ms: latency(rounds, 0.5),
    p99Ms: latency(rounds, 0.99),
  };
}

export function summariseOpenLoop(rounds: readonly Round[]): OpenLoopSummary {
  return {
    p50Ms: latency(rounds, 0.5),
    p95Ms: latency(rounds, 0.95),
    p99Ms: latency(rounds, 0.99),
    p999Ms: latency(rounds, 0.999),
  };
}

function latency(rounds: readonly Round[], of: number): number {
  return rounded(median(rounds.map(({ latencies }) => percentile(latencies, of))));
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** What the run came to: the comparison, or the figures of one side where only one ran. */
export function result(sides: ReadonlyMap<string, SideRounds>, rate: number): object {
  const [ours, peer] = [sides.get('ours'), sides.get('peer')];
  const saturation = mapSides(sides, ({ saturation: rounds }) => summarise(rounds));
  const openLoop = mapSides(sides, ({ openLoop: rounds }) => summariseOpenLoop(rounds));
  const ratio =
    ours === undefined || peer === undefined
      ? {}
      : { ratio: rounded(rateOf(ours.saturation) / rateOf(peer.saturation)) };
  return { ...ratio, ...saturation, openLoop: { rate, ...openLoop } };
}

function mapSides<Figures>(
  sides: ReadonlyMap<string, SideRounds>,
  figures: (side: SideRounds) => Figures,
): Record<string, Figures> {
  return Object.fromEntries([...sides].map(([name, side]) => [name, figures(side)]));
}

function rateOf(rounds: readonly Round[]): number {
  return summarise(rounds).requestsPerSecond;
}

/** A table for people: both modes, and where the CPU went. */
export function table(sides: ReadonlyMap<string, SideRounds>): string {
  const lines = [row('saturation', ['requests/s', 'p50 ms', 'p99 ms', 'settled s', 'generator'])];
  for (const [name, { saturation }] of sides) {
    const { requestsPerSecond, p50Ms, p99Ms } = summarise(saturation);
    const settled = median(saturation.map(({ settledAfterMs }) => settledAfterMs)) / 1_000;
    const generator = median(saturation.map(({ generatorShare }) => generatorShare));
    lines.push(
      row(name, [requestsPerSecond, p50Ms, p99Ms, settled.toFixed(1), `${percent(generator)} CPU`]),
    );
  }
  lines.push('', row('open loop', ['requests/s', 'p50 ms', 'p95 ms', 'p99 ms', 'p99.9 ms']));
  for (const [name, { openLoop }] of sides) {
    const { requestsPerSecond } = summarise(openLoop);
    lines.push(row(name, [requestsPerSecond, ...openLoopCells(openLoop)]));
  }
  lines.push('', 'CPU seconds per 1,000 requests, until quiet again');
  for (const [name, { saturation }] of sides) lines.push(`  ${name.padEnd(12)}${cpu(saturation)}`);
  return lines.join('\n');
}

function openLoopCells(rounds: readonly Round[]): number[] {
  const { p50Ms, p95Ms, p99Ms, p999Ms } = summariseOpenLoop(rounds);
  return [p50Ms, p95Ms, p99Ms, p999Ms];
}

function row(name: string, cells: readonly (string | number)[]): string {
  return `  ${name.padEnd(12)}${cells.map((cell) => String(cell).padStart(12)).join('')}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function cpu(rounds: readonly Round[]): string {
  const thousands = rounds.reduce((sum, { answered }) => sum + answered, 0) / 1_000;
  const names = [...new Set(rounds.flatMap((round) => [...round.cpu.keys()]))];
  const each = names.map((name) => {
    const seconds = rounds.reduce((sum, round) => sum + (round.cpu.get(name) ?? 0), 0);
    return { name, seconds: seconds / thousands };
  });
  const total = each.reduce((sum, { seconds }) => sum + seconds, 0);
  return [...each, { name: 'total', seconds: total }]
    .map(({ name, seconds }) => `${name} ${seconds.toFixed(3)}`)
    .join('   ');
}
