import { signatureIsValid } from '#libs/telephony';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { TELEPHONY_ACCOUNT } from '../wiring/tokens.js';
import { signatureInvalid, telephonyNotConnected } from './telephony.errors.js';

/** What webhooks are checked against; `null` where no provider is connected. */
export interface TelephonyAccount {
  readonly authToken: string;
  /** The address the provider was given, without a slash at the end. */
  readonly publicBaseUrl: string;
}

/**
 * Lets in what the telephony provider signed, and nothing else. The address it signed is built from
 * the configured one, never from the request’s own headers, which proxies change (TR-6).
 */
@Injectable()
export class SignedByProvider implements CanActivate {
  constructor(@Inject(TELEPHONY_ACCOUNT) private readonly account: TelephonyAccount | null) {}

  canActivate(context: ExecutionContext): boolean {
    if (this.account === null) throw telephonyNotConnected();
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const signature = request.headers['x-twilio-signature'];
    const { authToken, publicBaseUrl } = this.account;
    const rawBody = request.exchange.rawBody ?? '';
    const valid = signatureIsValid({
      ...{ authToken, rawBody, params: formOf(request) },
      signature: typeof signature === 'string' ? signature : '',
      url: `${publicBaseUrl}${request.url}`,
      contentType: request.headers['content-type'] ?? '',
    });
    if (!valid) throw signatureInvalid();
    return true;
  }
}

/** The fields as they were sent, which is what was signed. */
export function formOf({ exchange }: Pick<FastifyRequest, 'exchange'>): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(exchange.rawBody ?? ''));
}
