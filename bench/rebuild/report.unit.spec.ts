import { describe, expect, it } from '@jest/globals';
import { type Findings, report, result } from './report.js';

const findings = (overrides: Partial<Findings> = {}): Findings => ({
  generated: { events: 100_000, eventsPerSecond: 5_000 },
  quiet: { requests: 1_500, p50Ms: 2, p99Ms: 10 },
  busy: { requests: 3_000, p50Ms: 3, p99Ms: 12 },
  all: { seconds: 20, events: 102_000, fillingSeconds: 19 },
  simple: { seconds: 5, events: 104_000, fillingSeconds: 4 },
  rich: { seconds: 6, events: 103_000, fillingSeconds: 5 },
  emmett: { sql: 2_000, documents: 900 },
  ...overrides,
});

describe('the result of a rebuild', () => {
  it('counts the whole wait for all, the filling of one, and the peer against the lead list', () => {
    expect(result(findings())).toMatchObject({
      seconds: 20,
      eventsPerSecond: 5_100,
      simpleEventsPerSecond: 26_000,
      simpleModel: 'speed_to_lead',
      leadListEventsPerSecond: 20_600,
      emmettRatio: 10.3,
      liveP99Ratio: 1.2,
    });
  });

  it('has no ratio where the peer was left out', () => {
    expect(result(findings({ emmett: null }))).toMatchObject({ emmettRatio: null });
    expect(report(findings({ emmett: null }))).not.toContain('Emmett');
  });
});
