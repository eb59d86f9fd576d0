import { randomUUID } from 'node:crypto';
import type { Demonstration } from '../main.js';
import { type ApiClient } from '../../apps/cli/launch/api-client.js';
import { minutesToDaytime } from '../../apps/cli/launch/day-clock.js';
import { ProgressBar } from '../../apps/cli/progress-bar.js';
import { type Participant } from '../calls/cast.js';
import { isSettled } from '../calls/fate.js';
import { placesOf } from '../calls/places.js';
import { Watch } from '../calls/watch.js';
import { onStack, startOwnStack } from '../stack/own-stack.js';
import { disagreements, handedOver, type RevenueReport, settledRevenue } from './accounts.js';
import { meantBy } from './meant.js';
import { type Options, parseOptions } from './options.js';
import { PostOffice } from './post-office.js';
import { dollars, mannersText, revenueTable } from './report.js';
import { type HandedOver, ODD_NAME, storiesOf, type Story } from './reporter.js';
import { type Buyer, configure, talkersOf } from './set-up.js';

/** Reports on calls, however careless, and what they come to. */
export const demonstration: Demonstration = {
  summary: 'calls handed over, careless reports on them, and revenue that agrees to the cent',
  run: (args) => present(parseOptions(args)),
};

/** How many times faster than life people talk. */
const SPEED = 40;

async function present(options: Options): Promise<object> {
  const { calls, seed } = options;
  const cast = talkersOf(calls, seed);
  say(
    `${calls} calls and what is reported on them, drawn from seed ${seed}, on a stack of its own`,
  );
  return onStack(startOwnStack(settingsFor(cast, seed)), (api, url) =>
    play({ api, url }, cast, options),
  );
}

function settingsFor(cast: readonly Participant[], seed: number): Record<string, string> {
  const places = cast.map(({ town }) => placesOf(town));
  return {
    CLOCK_OFFSET_MINUTES: String(minutesToDaytime(new Date(), places)),
    TELEPHONY_SIMULATOR_SPEED: String(SPEED),
    SIMULATOR_SEED: String(seed),
  };
}

interface Scene {
  readonly api: ApiClient;
  readonly url: string;
}

async function play(scene: Scene, cast: readonly Participant[], options: Options) {
  const buyers = await configure(scene.api);
  const calls = await talk(scene.api, cast, options.secondsMax);
  const stories = storiesOf(calls, options.seed);
  say(`\n${calls.length} calls were handed over. The buyers’ platform reports on them:`);
  say(mannersText(stories));
  await deliver(scene, buyers, stories);
  const before = await compare(scene.api, calls, stories, false);
  const after = await learnOddName(scene.api, calls, stories);
  return { seed: options.seed, calls: calls.length, before, after };
}

/** Calls everybody; answers what was handed over. */
async function talk(
  api: ApiClient,
  cast: readonly Participant[],
  secondsMax: number,
): Promise<HandedOver[]> {
  const watch = new Watch(api, `demo-${randomUUID().slice(0, 8)}`);
  const bar = new ProgressBar();
  say('\nCalls that are over:');
  await watch.follow(cast, secondsMax, (fates) => {
    bar.show(fates.filter(isSettled).length, cast.length);
  });
  bar.end();
  const phones = watch.fates.map(({ leadId, participant }) => [leadId, participant.phone] as const);
  const calls = await handedOver(api, new Map(phones));
  if (calls.length === 0) throw new Error('No call was handed over.');
  return calls;
}

async function deliver(
  { url }: Scene,
  buyers: readonly Buyer[],
  stories: readonly Story[],
): Promise<void> {
  const total = stories.flatMap(({ reports }) => reports).length;
  const bar = new ProgressBar();
  say('\nReports that were sent:');
  await new PostOffice(url, buyers).deliver(stories, (sent) => {
    bar.show(sent, total);
  });
  bar.end();
}

/** Prints our report beside what was meant; throws where they do not agree to the cent. */
async function compare(
  api: ApiClient,
  calls: readonly HandedOver[],
  stories: readonly Story[],
  knowsOddName: boolean,
): Promise<RevenueReport['totals'][number] | undefined> {
  const meant = meantBy(stories, knowsOddName);
  const report = await settledRevenue(api, calls, meant);
  say(`\n${revenueTable(report, stories, knowsOddName)}`);
  const wrong = disagreements(report, meant);
  if (wrong.length > 0) throw new Error(`our report disagrees: ${wrong.join('; ')}.`);
  say('Our report agrees to the cent with what the platform meant.');
  return report.totals[0];
}

/** What waits because of a name nobody knew is matched by itself once the name is known. */
async function learnOddName(
  api: ApiClient,
  calls: readonly HandedOver[],
  stories: readonly Story[],
) {
  const [without, withName] = [meantBy(stories, false), meantBy(stories, true)];
  const gained = withName.confirmedMinor - without.confirmedMinor;
  say(`\n${dollars(gained)} wait because the caller is called ${ODD_NAME}. Now the name is added:`);
  await api.send('PUT', '/v1/postback-aliases', {
    aliases: [{ field: 'caller', name: ODD_NAME }],
    reason: 'the name that the platform has for the caller',
  });
  return compare(api, calls, stories, true);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
