import twilio from 'twilio';

/** A request that claims to come from the provider. */
export interface SignedRequest {
  readonly authToken: string;
  /** The header `X-Twilio-Signature`, if there is one. */
  readonly signature: string | undefined;
  /**
   * The address the provider was given: the configured public base, path and query. Never put
   * together from Host or forwarded headers, which proxies change and anybody can send.
   */
  readonly url: string;
  /** The fields of a form, none of them left out. */
  readonly params: Readonly<Record<string, string | readonly string[]>>;
  /** The body as it came in: what a parser makes of JSON has another hash. */
  readonly rawBody: string;
  readonly contentType: string | undefined;
}

/** Whether whoever sent it knows the account's token. Compares in constant time, never throws. */
export function signatureIsValid(request: SignedRequest): boolean {
  const { authToken, signature, url, params, rawBody, contentType = '' } = request;
  if (signature === undefined || signature === '' || !URL.canParse(url)) return false;
  if (/^application\/json\b/i.test(contentType)) {
    return twilio.validateRequestWithBody(authToken, signature, url, rawBody);
  }
  return twilio.validateRequest(authToken, signature, url, params);
}
