import { type Answer } from './exchange.js';

/** A refusal as Twilio words it: its own code, and a sentence. */
export function twilioError(status: number, code: number, message: string): Answer {
  const more_info = `https://www.twilio.com/docs/errors/${code}`;
  return { status, body: { code, message, more_info, status } };
}

export const notFound = (what: string): Answer =>
  twilioError(404, 20_404, `The requested resource ${what} was not found`);

export const notAuthenticated = (): Answer => twilioError(401, 20_003, 'Authenticate');

export const tooManyRequests = (): Answer => twilioError(429, 20_429, 'Too Many Requests');

export const brokenDown = (): Answer => twilioError(500, 20_500, 'An internal error occurred');

export const notInProgress = (): Answer =>
  twilioError(400, 21_220, 'The call is not in a state in which it can be changed');
