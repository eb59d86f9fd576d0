import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DomainError, type TenantId } from '#libs/kernel';
import { until } from '#libs/testing';
import { startEventStore } from '../../../../apps/eventstore/server.js';
import { type ReceiveLead } from '../row-importer.js';
import { lead, phones, startBackgroundBench } from './background.fixtures.js';

let bench: Awaited<ReturnType<typeof startBackgroundBench>>;

beforeAll(async () => {
  bench = await startBackgroundBench(startEventStore, ['acme', 'dying', 'cut', 'busy']);
});
afterAll(() => bench.stop());
afterEach(() => {
  bench.notices.length = 0;
});

describe('a worker that dies in the middle of a chunk', () => {
  it('is followed by one that goes on, each phone one lead and each repeated row one duplicate', async () => {
    const all = phones(220, 500);
    const { importId } = await bench.post(
      'dying',
      all.flatMap((phone, index) => (index % 5 === 0 ? [lead(phone), lead(phone)] : [lead(phone)])),
    );
    for (const rowsUntilDeath of [10, 120, 250]) {
      const dying = await bench.startIntake();
      let received = 0;
      const receive: ReceiveLead = async (command) => {
        const result = await dying.receive(command);
        received += 1;
        if (received > rowsUntilDeath) throw new DomainError('unavailable', 'killed', '');
        return result;
      };
      await expect(bench.work(receive)).rejects.toMatchObject({ code: 'killed' });
    }
    const { processed, status } = await bench.find('dying', importId);
    expect([status, processed % 200, processed > 0]).toEqual(['running', 0, true]);
    await bench.work((await bench.startIntake()).receive);
    expect(await bench.find('dying', importId)).toMatchObject({
      ...{ status: 'finished', processed: 600 },
      counts: { created: 500, duplicate: 100, ineligible: 0, error: 0 },
    });
    const lines = (await bench.outcomeLines('dying', importId)).slice(1);
    expect(lines.map((line) => Number(line.split(',')[0]))).toEqual(
      Array.from({ length: 600 }, (_, index) => index + 1),
    );
    const leadIds = [...new Set(lines.map((line) => line.split(',')[2]!))];
    const histories = await Promise.all(
      leadIds.map((leadId) => bench.intake.reader.events('dying' as TenantId, leadId)),
    );
    const types = histories.flat().map(({ type }) => type);
    expect(types.filter((type) => type === 'LeadReceived')).toHaveLength(500);
    expect(types.filter((type) => type === 'LeadDeduplicated')).toHaveLength(100);
  });
});

describe('a database that cuts the connection in the middle of a chunk', () => {
  it('loses nothing and doubles nothing', async () => {
    const { importId } = await bench.post(
      'cut',
      phones(239, 150).map((phone) => lead(phone)),
    );
    let received = 0;
    const receive: ReceiveLead = async (command) => {
      received += 1;
      if (received === 100) {
        await bench.owner.pool.query(`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name = 'test-worker'`);
      }
      return bench.intake.receive(command);
    };
    await expect(bench.work(receive)).rejects.toMatchObject({ code: 'database_unavailable' });
    expect(await bench.find('cut', importId)).toMatchObject({ status: 'queued', processed: 0 });
    await bench.work();
    expect((await bench.find('cut', importId)).counts).toMatchObject({
      created: 150,
      duplicate: 0,
    });
  });
});

describe('several workers', () => {
  it('share the imports that wait, and none does the work of another', async () => {
    const posted = await Promise.all(
      [225, 226, 227].map((areaCode) =>
        bench.post(
          'busy',
          phones(areaCode, 450).map((p) => lead(p)),
        ),
      ),
    );
    const sent = new Map<string, number>();
    const start = async () => {
      const { receive } = await bench.startIntake();
      const counting: ReceiveLead = (command) => {
        const { commandId } = command.caller;
        sent.set(commandId, (sent.get(commandId) ?? 0) + 1);
        return receive(command);
      };
      const background = bench.imports(counting);
      background.start();
      return background;
    };
    const workers = [await start(), await start()];
    for (const { importId } of posted) {
      await until('the import to finish', async () => {
        return (await bench.find('busy', importId)).status === 'finished';
      });
    }
    await Promise.all(workers.map((background) => background.stop()));
    expect([...sent.values()].every((times) => times === 1)).toBe(true);
    expect(sent.size).toBe(1_350);
    expect(bench.notices.filter(({ kind }) => kind === 'finished')).toHaveLength(3);
  });
});

describe('an import that cannot go on', () => {
  it('waits as long as a store is out of reach', async () => {
    const { importId } = await bench.post('acme', [lead('2282340000')]);
    let outages = 8;
    const receive: ReceiveLead = (command) => {
      outages -= 1;
      return outages > 0
        ? Promise.reject(new DomainError('unavailable', 'event_store_unavailable', ''))
        : bench.intake.receive(command);
    };
    for (let tries = 0; tries < 7; tries += 1) {
      await expect(bench.work(receive)).rejects.toMatchObject({ code: 'event_store_unavailable' });
    }
    await bench.work(receive);
    expect(await bench.find('acme', importId)).toMatchObject({ status: 'finished', processed: 1 });
  });

  it('is given up after a few tries, and begins anew when it is posted again', async () => {
    const lines = [lead('2292340000')];
    const { importId } = await bench.post('acme', lines);
    const broken: ReceiveLead = () => Promise.reject(new TypeError('a defect'));
    for (let tries = 0; tries < 5; tries += 1) {
      await expect(bench.work(broken)).rejects.toThrow('a defect');
    }
    expect(await bench.find('acme', importId)).toMatchObject({
      ...{ status: 'failed', failure: 'internal_error', processed: 0 },
    });
    expect(bench.notices).toContainEqual(
      expect.objectContaining({ kind: 'given_up', importId, code: 'internal_error' }),
    );
    expect(await bench.chunkCount()).toBe(0);
    expect(await bench.post('acme', lines)).toMatchObject({ importId, known: false });
    await bench.work();
    expect(await bench.find('acme', importId)).toMatchObject({ status: 'finished', failure: null });
  });
});
