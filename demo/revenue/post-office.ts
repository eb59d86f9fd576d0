import { setTimeout as pause } from 'node:timers/promises';
import { type Report, type Story } from './reporter.js';
import { type Buyer } from './set-up.js';

const UNKNOWN_TOKEN = 'l2i_pb_0000000000000000000000000000000000000000';
const STORIES_AT_ONCE = 8;
const TRIES = 10;

/** Sends the reports of a platform to the api, as one would: without a key, each with its token. */
export class PostOffice {
  readonly #url: string;
  readonly #tokens: ReadonlyMap<string, string>;
  #sent = 0;

  constructor(url: string, buyers: readonly Buyer[]) {
    this.#url = `${url}/v1/postbacks/calls`;
    this.#tokens = new Map(buyers.map(({ destinationId, token }) => [destinationId, token]));
  }

  /** Reports on one call go one after the other; calls go side by side, and late ones last. */
  async deliver(stories: readonly Story[], onSent: (sent: number) => void): Promise<void> {
    const isLate = ({ manner }: Story) => manner === 'late';
    for (const some of [stories.filter((each) => !isLate(each)), stories.filter(isLate)]) {
      const waiting = [...some];
      const work = async () => {
        for (let story = waiting.shift(); story !== undefined; story = waiting.shift()) {
          await this.#tell(story, onSent);
        }
      };
      await Promise.all(Array.from({ length: STORIES_AT_ONCE }, work));
    }
  }

  async #tell({ call, reports }: Story, onSent: (sent: number) => void): Promise<void> {
    for (const report of reports) {
      const token = report.refused ? UNKNOWN_TOKEN : this.#tokens.get(call.destinationId);
      const status = await this.#send(report, token ?? UNKNOWN_TOKEN);
      const expected = report.refused ? 401 : 200;
      if (status !== expected) throw new Error(`A report was answered ${status}, not ${expected}.`);
      this.#sent += 1;
      onSent(this.#sent);
    }
  }

  /** As platforms do, sends again what was not taken. */
  async #send(report: Report, token: string): Promise<number> {
    for (let attempt = 1; ; attempt += 1) {
      const response = await fetch(...requestOf(this.#url, report, token));
      await response.arrayBuffer();
      if ((response.status !== 503 && response.status !== 429) || attempt === TRIES) {
        return response.status;
      }
      await pause(1_000);
    }
  }
}

function requestOf(url: string, { fields, form }: Report, token: string): [string, RequestInit] {
  if (form === 'query') {
    return [`${url}?${new URLSearchParams({ token, ...fields }).toString()}`, {}];
  }
  const type = form === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
  const body = form === 'json' ? JSON.stringify(fields) : new URLSearchParams(fields).toString();
  const headers = { 'content-type': type };
  return [`${url}?${new URLSearchParams({ token }).toString()}`, { method: 'POST', headers, body }];
}
