import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Demonstration } from '../main.js';
import { type ApiClient } from '../../apps/cli/launch/api-client.js';
import { minutesToDaytime } from '../../apps/cli/launch/day-clock.js';
import { ProgressBar } from '../../apps/cli/progress-bar.js';
import { type Participant } from '../calls/cast.js';
import { isSettled } from '../calls/fate.js';
import { placesOf } from '../calls/places.js';
import { Watch } from '../calls/watch.js';
import { onStack, startOwnStack } from '../stack/own-stack.js';
import {
  disagreements,
  figuresIn,
  handedOver,
  momentOf,
  revenueOf,
  type RevenueReport,
  settledRevenue,
  unmatchedOf,
} from './accounts.js';
import { meantBy } from './meant.js';
import { type Options, parseOptions } from './options.js';
import { PostOffice } from './post-office.js';
import { dollars, examplesText, mannersText, revenueTable, unmatchedText } from './report.js';
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
  say(`\nNo two are spelled alike, and whether cents or dollars are meant only names tell:`);
  say(examplesText(stories));
  await deliver(scene, buyers, stories);
  const before = await compare(scene.api, calls, stories, false);
  say(unmatchedText(await unmatchedOf(scene.api)));
  const asOf = await momentOf(scene.api, calls, before);
  const after = await learnOddName(scene.api, calls, stories);
  say(unmatchedText(await unmatchedOf(scene.api)));
  const asThen = await lookBack(scene.api, calls, before, asOf);
  const [totals] = before.totals;
  return { seed: options.seed, calls: calls.length, before: totals, after, as_of: asThen };
}

/** What was known before the name was added can be read for ever. */
async function lookBack(
  api: ApiClient,
  calls: readonly HandedOver[],
  before: RevenueReport,
  asOf: string,
) {
  const asThen = await revenueOf(api, calls, asOf);
  if (!isDeepStrictEqual(figuresIn(asThen), figuresIn(before))) {
    throw new Error('The report as of before is another than it was then.');
  }
  const [total] = asThen.totals;
  say(`\nAnd as of ${asOf}, before the name was added, the report says what it said then:`);
  const { confirmed_minor: confirmed = 0, unmatched_minor: waiting = 0 } = total ?? {};
  say(
    `${dollars(confirmed)} confirmed, ${dollars(waiting ?? 0)} unmatched. Nothing is overwritten.`,
  );
  return total;
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
): Promise<RevenueReport> {
  const meant = meantBy(stories, knowsOddName);
  const report = await settledRevenue(api, calls, meant);
  say('\nOur report, and beside it what the platform meant by all it sent:');
  say(revenueTable(report, stories, knowsOddName));
  const wrong = disagreements(report, meant);
  if (wrong.length > 0) throw new Error(`our report disagrees: ${wrong.join('; ')}.`);
  say('Our report agrees to the cent with what the platform meant.');
  return report;
}

/** What waits because of a name nobody knew is matched by itself once the name is known. */
async function learnOddName(
  api: ApiClient,
  calls: readonly HandedOver[],
  stories: readonly Story[],
) {
  const [without, withName] = [meantBy(stories, false), meantBy(stories, true)];
  const gained = withName.confirmedMinor - without.confirmedMinor;
  say(
    `\n${dollars(gained)} wait because the caller is called ${ODD_NAME}. Now that name is added to the ` +
      'aliases, and what came before is read anew and matched by itself:',
  );
  await api.send('PUT', '/v1/postback-aliases', {
    aliases: [{ field: 'caller', name: ODD_NAME }],
    reason: 'the name that the platform has for the caller',
  });
  const [total] = (await compare(api, calls, stories, true)).totals;
  return total;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
