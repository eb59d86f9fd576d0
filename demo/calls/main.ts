import { randomUUID } from 'node:crypto';
import type { Demonstration } from '../main.js';
import { type ApiClient } from '../../apps/cli/launch/api-client.js';
import { minutesToDaytime } from '../../apps/cli/launch/day-clock.js';
import { onStack, startOwnStack, useStack } from '../stack/own-stack.js';
import { castOf, masked, type Participant } from './cast.js';
import { type Options, parseOptions } from './options.js';
import { placesOf } from './places.js';
import { fateTable, mostTelling, resultOf, timeLine } from './report.js';
import { Screen } from './screen.js';
import { configure, suppress } from './set-up.js';
import { Watch } from './watch.js';

/** Leads that are called, and what becomes of each. */
export const demonstration: Demonstration = {
  summary: 'leads called over a simulated telephone network, and what becomes of each',
  run: (args) => present(parseOptions(args)),
};

/** How many times faster than life people talk on a stack of its own. */
const SPEED = 20;

async function present(options: Options): Promise<object> {
  const { leads, seed, server } = options;
  const cast = castOf(leads, seed);
  say(
    `${leads} leads drawn from seed ${seed}${server === null ? ', on a stack of their own' : ''}`,
  );
  const starting =
    server === null ? startOwnStack(settingsFor(cast, seed)) : useStack(server.url, server.key);
  return onStack(starting, (api) => play(api, cast, options));
}

/** Settings of a stack where it is late morning, and where a seed decides who answers how. */
function settingsFor(cast: readonly Participant[], seed: number): Record<string, string> {
  const called = cast.filter(({ part }) => part !== 'asleep').map(({ town }) => placesOf(town));
  return {
    CLOCK_OFFSET_MINUTES: String(minutesToDaytime(new Date(), called)),
    TELEPHONY_SIMULATOR_SPEED: String(SPEED),
    SIMULATOR_SEED: String(seed),
  };
}

async function play(
  api: ApiClient,
  cast: readonly Participant[],
  { seed, secondsMax }: Options,
): Promise<object> {
  await configure(api);
  await suppress(api, cast);
  const startedAt = performance.now();
  const watch = new Watch(api, `demo-${randomUUID().slice(0, 8)}`);
  const screen = new Screen();
  const isOver = await watch.follow(cast, secondsMax, (fates) => {
    screen.show(fates);
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  if (!isOver) say(`After ${secondsMax} s not everything is over; this is how it stands.`);
  say(`\n${fateTable(watch.fates)}`);
  await tellOne(watch);
  return resultOf(watch.fates, { seed, seconds });
}

async function tellOne(watch: Watch): Promise<void> {
  const fate = mostTelling(watch.fates);
  if (fate === undefined) return;
  const events = await watch.history(fate.leadId);
  say(`\nEverything that happened to ${masked(fate.participant.phone)}, lead ${fate.leadId}:`);
  say(timeLine(events));
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
