import { type WaitStep } from '#libs/telephony';

/** Where the provider asks and reports, by call. Everything it needs to know is in the address. */
export class VoiceUrls {
  readonly #base: string;

  /** `publicBaseUrl`: under which the provider reaches the api, without a slash at the end. */
  constructor(publicBaseUrl: string) {
    this.#base = `${publicBaseUrl.replace(/\/$/, '')}/v1/telephony/leads`;
  }

  /** A call to a consumer: what to say once it is answered. */
  answer(leadId: string, callId: string): string {
    return `${this.#call(leadId, callId)}/answer`;
  }

  /** Where its leg stands. */
  status(leadId: string, callId: string): string {
    return `${this.#call(leadId, callId)}/status`;
  }

  /** Whether a person answered or a machine, as was found out meanwhile. */
  answerer(leadId: string, callId: string): string {
    return `${this.#call(leadId, callId)}/answerer`;
  }

  /**
   * What was heard while the disclosures were said for the `times`th time, before an agent speaks.
   */
  disclosed(leadId: string, callId: string, times: number): string {
    return `${this.#call(leadId, callId)}/disclosures/${times}`;
  }

  /** What was said to a question, put for the `tries`th time. */
  reply(leadId: string, callId: string, questionId: string, tries: number): string {
    return `${this.#call(leadId, callId)}/questions/${questionId}/${tries}`;
  }

  /** What to say next, whatever was before. */
  next(leadId: string, callId: string): string {
    return `${this.#call(leadId, callId)}/next`;
  }

  /** Where an agent of the tenant’s own says what a conversation came to. */
  outcome(leadId: string, callId: string): string {
    return `${this.#call(leadId, callId)}/outcome`;
  }

  /** Who comes into the conference, and who leaves it. */
  room(leadId: string, callId: string): string {
    return `${this.#call(leadId, callId)}/room`;
  }

  /** A leg left the conference and is still there. */
  released(leadId: string, callId: string): string {
    return `${this.#call(leadId, callId)}/released`;
  }

  /** A call to a destination: what to say once it is answered. */
  destinationAnswer(leadId: string, callId: string, transferId: string): string {
    return `${this.#transfer(leadId, callId, transferId)}/answer`;
  }

  /** Where its leg stands. */
  destinationStatus(leadId: string, callId: string, transferId: string): string {
    return `${this.#transfer(leadId, callId, transferId)}/status`;
  }

  /** The whisper is over. */
  connect(leadId: string, callId: string, transferId: string): string {
    return `${this.#transfer(leadId, callId, transferId)}/connect`;
  }

  #call(leadId: string, callId: string): string {
    return `${this.#base}/${leadId}/calls/${callId}`;
  }

  #transfer(leadId: string, callId: string, transferId: string): string {
    return `${this.#call(leadId, callId)}/transfers/${transferId}`;
  }
}

/** The conference in which the consumer waits, and meets the destination; one per call. */
export function conferenceOf(callId: string): string {
  return `call-${callId}`;
}

/** The room of a call, as both of its legs are sent there. */
export function roomOf(
  urls: Pick<VoiceUrls, 'released' | 'room'>,
  { leadId, callId }: { readonly leadId: string; readonly callId: string },
): WaitStep['wait'] {
  const actionUrl = urls.released(leadId, callId);
  return { conference: conferenceOf(callId), actionUrl, eventsUrl: urls.room(leadId, callId) };
}
