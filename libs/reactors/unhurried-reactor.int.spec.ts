import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '#libs/testing';
import { House } from './bells.fixtures.js';

const HOUR_MS = 3_600_000;
const house = new House();
beforeEach(() => house.open());
afterEach(() => house.close());

describe('events that may wait', () => {
  it('are acted upon in the order of their stream, those at once that fit in, the others later', async () => {
    house.start({ porter: { unhurried: { perSecond: 2, untilMs: 200 } } });
    await Promise.all([house.ring('front', 5), house.ring('back', 5)]);
    await house.untilAnswered('front', 0, 1, 2, 3, 4);
    await house.untilAnswered('back', 0, 1, 2, 3, 4);
  });

  it('hold up neither the end of the host nor the next one, which acts upon those of age', async () => {
    const host = house.start({ porter: { unhurried: { perSecond: 1, untilMs: HOUR_MS } } });
    const last = await house.ring('front', 6);
    await until('the first to be answered', async () => (await house.answers('front')).length > 0);
    await house.stop(host);
    // One fits in, and another one for every second in which this machine was busy with others.
    expect((await house.answers('front')).length).toBeLessThan(6);
    const next = house.start({ porter: { unhurried: { perSecond: 1, untilMs: 0 } } });
    await house.untilAnswered('front', 0, 1, 2, 3, 4, 5);
    await house.untilPassed(next, last);
  });

  it('are all acted upon where more come than may wait', async () => {
    const on = { porter: { unhurried: { perSecond: 1, untilMs: 200 } } };
    house.start({ ...on, limits: { unfinished: 1, unhurried: 2 } });
    await Promise.all([house.ring('front', 4), house.ring('back', 4)]);
    await house.untilAnswered('front', 0, 1, 2, 3);
    await house.untilAnswered('back', 0, 1, 2, 3);
  });
});
