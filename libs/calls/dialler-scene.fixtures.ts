import { fixedClock } from '#libs/kernel';
import { type Telephony, TwilioTelephony } from '#libs/telephony';
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { type Simulator, startSimulator } from '../../apps/telephony-simulator/server.js';
import { type DiallerParts } from './application/dialler.js';
import { ACCOUNT, ACME, CallingHouse, MONDAY } from './calling-house.fixtures.js';

/** Past the hours in all of the country, the day after the first of a test. */
export const NIGHT = '2026-12-01T08:00:00.000Z';

/** Leads that are dialed one by one, over one network; everything else is new for every test. */
export class DiallerScene {
  readonly clock = fixedClock(MONDAY);
  simulator: Simulator;
  telephony: TwilioTelephony;
  house: CallingHouse;
  #phones = 7_100;

  /** Sets the scene of a file. */
  static ofFile(): DiallerScene {
    const scene = new DiallerScene();
    beforeAll(() => scene.#open());
    afterAll(() => scene.simulator.close());
    beforeEach(() => scene.#begin());
    afterEach(() => scene.house.close());
    return scene;
  }

  async #open(): Promise<void> {
    this.simulator = await startSimulator({ ...ACCOUNT, port: 0, speed: 1, seed: 7 });
    this.telephony = new TwilioTelephony({ ...ACCOUNT, apiBaseUrl: this.simulator.url });
  }

  async #begin(): Promise<void> {
    this.clock.set(MONDAY);
    this.simulator.setFaults({ failOrder: 0, refuseOrder: 0, loseOrderAnswer: 0 });
    this.house = await CallingHouse.open(this.clock);
    await this.house.setUp();
  }

  /** A number that nothing was ordered to. */
  aPhone(): string {
    this.#phones += 1;
    return `+1212555${this.#phones}`;
  }

  dial(leadId: string, parts: Partial<DiallerParts> = {}, over: Telephony = this.telephony) {
    return this.house.dialler(over, parts).dial(ACME, leadId);
  }

  /** What the network was asked for. */
  ordersTo(phone: string) {
    return this.simulator.calls().filter(({ to }) => to === phone);
  }

  /** Settings that change between the decision and the order. */
  changedBeforeTheOrder(change: { readonly stopped?: true; readonly pausedSources?: string[] }) {
    let asked = 0;
    const voice = { mayDial: () => (asked += 1) > 0 };
    const dialing = this.house.dialing();
    const current = dialing.current.bind(dialing);
    dialing.current = async (tenantId) => {
      const state = await current(tenantId);
      return asked < 2 || state === null ? state : { ...state, ...change };
    };
    return { voice, dialing };
  }
}
