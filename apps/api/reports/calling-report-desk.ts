import { systemClock } from '#libs/kernel';
import { type Database, inTenantAtOneMoment } from '#libs/read-db';
import { Inject, Injectable } from '@nestjs/common';
import { abandonmentOf, reportCalling } from '#projections/call-list';
import { answerAsOf } from '../http/answer-as-of.js';
import { type Calling } from '../http/calling.js';
import { leastStandingOf } from '../http/least-standing.js';
import { waitIfAsked } from '../http/wait-for-read-models.js';
import { DATABASE } from '../wiring/tokens.js';
import { type CallingReportQuery } from './calling-report.requests.js';
import {
  abandonmentView,
  callingFigures,
  type CallingReportView,
  sumOf,
} from './calling-report.response.js';
import { dayWithin, periodOrLastDays } from './report-period.js';

const READ_MODELS = ['call_list'];
/** Over so many the law counts who was abandoned. */
const ABANDONMENT_MS = 30 * 24 * 3_600_000;

/** Reports what became of calls (DI-3). */
@Injectable()
export class CallingReportDesk {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  async report({ key }: Calling, query: CallingReportQuery): Promise<CallingReportView> {
    const { mode, tenantId } = key;
    await waitIfAsked(this.database, READ_MODELS, query);
    const now = systemClock.now().toISOString();
    const period = periodOrLastDays(query, query.tz, now);
    const to = period.to < now ? period.to : now;
    const month = { from: new Date(Date.parse(to) - ABANDONMENT_MS).toISOString(), to };
    return inTenantAtOneMoment(this.database, tenantId, async (transaction) => {
      const standing = await leastStandingOf(transaction, READ_MODELS);
      const days = await reportCalling(transaction, { mode, ...period });
      const abandonment = await abandonmentOf(transaction, { mode, ...month });
      return {
        period: { from: period.from, to: period.to, tz: period.timeZone },
        lines: days.map(({ day, ...figures }) => ({
          ...{ day, ...callingFigures(figures) },
          calls_url: callsUrl(dayWithin(day, period)),
        })),
        totals: callingFigures(sumOf(days)),
        abandonment: abandonmentView(abandonment, month),
        as_of: answerAsOf(standing),
      };
    });
  }
}

function callsUrl({ from, to }: { readonly from: string; readonly to: string }): string {
  return `/v1/calls?${new URLSearchParams({ from, to }).toString()}`;
}
