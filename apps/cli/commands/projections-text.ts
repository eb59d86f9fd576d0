import {
  type BuildStatus,
  type DeadLetter,
  type DeadLetterSequence,
  type LeaseStatus,
  type ProjectionStatus,
  type ReadModelsStatus,
} from '#libs/read-db';
import { count, walkLine } from '../progress-bar.js';
import { table } from '../table-text.js';

const HEADING = [
  ...['READ MODEL', 'BUILD', 'VERSION', 'STATE', 'SERVED', 'LAG', 'EVENTS', 'CHECKPOINT'],
  ...['PARKED', 'AUDIT', 'OWNER'],
];

/** All read models as a table, what is wrong with them below it. */
export function statusText({ projections, leases }: ReadModelsStatus): string {
  const rows = projections.flatMap((projection) =>
    projection.builds.map((build) => buildRow(build, projection, leases)),
  );
  const none = 'There is no read model yet; the first start of a worker makes them.';
  const troubles = projections.flatMap(troublesOf);
  if (!leases.some(({ name, held }) => name === 'live' && held)) {
    troubles.push('No worker keeps the read models. Start one: npm start.');
  }
  return [table(HEADING, rows, none), ...troubles].join('\n');
}

function buildRow(
  build: BuildStatus,
  { audit }: ProjectionStatus,
  leases: readonly LeaseStatus[],
): string[] {
  const { name, version, serving, lagSeconds, appliedCount, position, parkedEvents } = build;
  return [
    ...[name, String(build.build), String(version), stateText(build), serving ? 'yes' : '-'],
    lagSeconds === null ? '-' : `${lagSeconds.toFixed(1)} s`,
    ...[count(Number(appliedCount)), position?.toString() ?? '-'],
    parkedEvents === 0 ? '-' : count(parkedEvents),
    serving ? (audit?.state ?? '-') : '-',
    ownerText(build, leases),
  ];
}

/** The state in words: a build that is live and not served yet is being verified. */
export function stateText(build: BuildStatus): string {
  const { state, filling, failure, serving, finishedAt } = build;
  if (state === 'building') return `building ${Math.floor((filling?.ratio ?? 0) * 100)} %`;
  if (state === 'live' && failure !== null) return 'stopped';
  if (state === 'live' && !serving && finishedAt === null) return 'verifying';
  return state;
}

function ownerText({ state }: BuildStatus, leases: readonly LeaseStatus[]): string {
  const lease = { live: 'live', building: 'rebuild' }[state as string];
  const holder = leases.find(({ name, held }) => name === lease && held);
  // Host and process; what tells its runs apart is of no use to a person.
  return holder?.owner?.replace(/:[0-9a-f]{8}$/, '') ?? '-';
}

function troublesOf({ name, builds, audit }: ProjectionStatus): string[] {
  const failed = builds.flatMap(({ build, failure }) =>
    failure === null ? [] : [`${name} build ${build}: ${failure}`],
  );
  const parked = builds.flatMap(({ build, parkedEvents, parkedKeys }) =>
    parkedEvents === 0
      ? []
      : [
          `${name} build ${build}: ${count(parkedEvents)} events of ${count(parkedKeys)} rows wait; ` +
            `see projections dead-letters list ${name}.`,
        ],
  );
  const differs = audit?.state === 'differs' ? [`${name}: ${audit.message}`] : [];
  return [...failed, ...parked, ...differs];
}

/** How far builds that are filled together are, in one line. */
export function rebuildLine(builds: readonly BuildStatus[]): string {
  const names = builds.map(({ name, build }) => `${name} build ${build}`);
  const called = names.length === 1 ? names[0] : `${names.length} read models`;
  const under = builds.filter(({ filling }) => filling !== null);
  const slowest = under.toSorted((a, b) => ratioOf(a) - ratioOf(b))[0];
  if (slowest === undefined) return `${called ?? ''}: filled; verifying, then switching over`;
  if (slowest.state === 'requested') return `${called ?? ''}: waiting for the rebuilder`;
  const { filling, eventsSeen } = slowest;
  const events = Number(eventsSeen);
  const perSecond = filling?.eventsPerSecond ?? 0;
  const elapsedMs = perSecond === 0 ? 0 : (events / perSecond) * 1_000;
  const [share, shareBefore] = [ratioOf(slowest), filling?.ratioBefore ?? 0];
  return `${walkLine({ events, share, shareBefore, elapsedMs })}  ${called ?? ''}`;
}

function ratioOf({ filling }: BuildStatus): number {
  return filling?.ratio ?? 1;
}

/** What became of a build that nothing more becomes of. */
export function outcomeText({
  name,
  build,
  state,
  serving,
  finding,
  failure,
}: BuildStatus): string {
  const found = finding === null ? '' : ` ${finding}`;
  if (state === 'live' && serving) return `${name}: build ${build} is served.${found}`;
  if (state === 'failed') return `${name}: build ${build} was given up. ${failure ?? ''}`.trimEnd();
  return `${name}: build ${build} is ${state}.`;
}

/** Rows with dead letters, the event that failed of each. */
export function deadLettersText(items: readonly DeadLetterSequence[], whenEmpty: string): string {
  const rows = items.map((letter) => [
    ...[letter.name, String(letter.build), letter.key, String(letter.letters)],
    ...[letter.eventType, String(letter.position), letter.state, letter.reason ?? '-'],
  ]);
  const heading = ['READ MODEL', 'BUILD', 'KEY', 'EVENTS', 'FIRST', 'POSITION', 'STATE', 'REASON'];
  return table(heading, rows, whenEmpty);
}

/** The events that wait under one key, in the order of the log. */
export function lettersText(letters: readonly DeadLetter[]): string {
  const rows = letters.map((letter) => [
    ...[String(letter.position), letter.eventType, letter.eventId],
    `${letter.stream}@${String(letter.revision)}`,
    letter.state,
    letter.reason ?? letter.note ?? 'waits for the one before it',
  ]);
  return table(['POSITION', 'EVENT', 'ID', 'STREAM', 'STATE', 'WHY'], rows, '');
}
