import { table } from '../../apps/cli/table-text.js';
import { moneyText } from '../calls/fate.js';
import { type Figures, type RevenueReport, type Unmatched } from './accounts.js';
import { meantBy } from './meant.js';
import { MANNERS, type Report, type Story } from './reporter.js';

const HEADING = [
  ...['destination', 'calls', 'reports', 'unmatched', 'confirmed', 'meant', 'difference'],
];

/** Our report beside what was meant, destination by destination. */
export function revenueTable(
  { lines, totals }: RevenueReport,
  stories: readonly Story[],
  knowsOddName: boolean,
): string {
  const rows = lines.map((line) => {
    const theirs = stories.filter(({ call }) => call.destinationId === line.group.destination);
    return rowOf(line.destination_name ?? '', line, meantBy(theirs, knowsOddName).confirmedMinor);
  });
  const { confirmedMinor } = meantBy(stories, knowsOddName);
  const sums = totals.map((total) => rowOf('together', total, confirmedMinor));
  return table(HEADING, [...rows, ...sums], 'Nothing was handed over.');
}

function rowOf(name: string, figures: Figures, meantMinor: number): string[] {
  const { transfers, hits, unmatched_minor: unmatched, confirmed_minor: confirmed } = figures;
  return [
    ...[name, String(transfers), String(hits ?? 0), dollars(unmatched ?? 0)],
    ...[dollars(confirmed), dollars(meantMinor), dollars(confirmed - meantMinor)],
  ];
}

/** Hundredths of a dollar as people write them. */
export function dollars(minor: number): string {
  return moneyText(minor, 'USD');
}

const WORDS: Readonly<Record<Story['manner'], string>> = {
  plain: 'reported once',
  twice: 'reported twice',
  raised: 'raised later',
  taken_back: 'taken back',
  negative: 'turned negative',
  late: 'reported late',
  wrong_token: 'sent with a wrong token first',
  amount_unreadable: 'with an amount nobody can read',
  caller_unreadable: 'with a caller nobody can read',
  named_oddly: 'with the caller under an odd name',
  silent: 'never reported',
};

/** In which manners the platform reported, and how often. */
export function mannersText(stories: readonly Story[]): string {
  return MANNERS.map((manner) => {
    const count = stories.filter((story) => story.manner === manner).length;
    return `${String(count).padStart(4)} ${WORDS[manner]}`;
  }).join('\n');
}

const EXAMPLES = 4;

/** A few reports as they were sent, without their tokens. */
export function examplesText(stories: readonly Story[]): string {
  const plain = stories.flatMap(({ reports }) => reports.slice(0, 1));
  const apart = new Map(plain.map((report) => [Object.keys(report.fields).join(), report]));
  const lines = [...apart.values()].slice(0, EXAMPLES).map(exampleOf);
  return lines.map((line) => `  ${line}`).join('\n');
}

function exampleOf({ fields, form }: Report): string {
  const written = new URLSearchParams(fields).toString();
  switch (form) {
    case 'query':
      return `GET  ?${written}`;
    case 'form':
      return `POST ${written}`;
    case 'json':
      return `POST ${JSON.stringify(fields)}`;
  }
}

/** What waits for a person, or for a name to be added, and why. */
export function unmatchedText(unmatched: readonly Unmatched[]): string {
  const lines = unmatched.map(({ reason, hits, at_stake }) => {
    const count = String(hits).padStart(4);
    return `${count} ${hits === 1 ? 'report' : 'reports'} of ${dollars(at_stake.minor)}: ${reason}`;
  });
  return ['What waits, as GET /v1/postbacks?status=unmatched lists it:', ...lines].join('\n');
}
