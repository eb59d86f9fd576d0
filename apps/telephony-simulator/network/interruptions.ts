/** Somebody hung up: the person on the phone, or the application. */
export class HungUp extends Error {
  override readonly name = 'HungUp';

  constructor(readonly by: 'person' | 'application') {
    super(`The ${by} hung up.`);
  }
}

/** The application told the call to go on somewhere else. */
export class Redirected extends Error {
  override readonly name = 'Redirected';

  constructor() {
    super('The call goes on somewhere else.');
  }
}

/** The simulator ends, and all calls with it, unreported. */
export class NetworkClosed extends Error {
  override readonly name = 'NetworkClosed';

  constructor() {
    super('The network is closed.');
  }
}
