import twilio from 'twilio';
import { askedAgain } from './asked-again.js';
import {
  type GatherStep,
  type JoinStep,
  type StreamStep,
  type VoiceStep,
  type WaitStep,
} from './voice-step.js';

type Voice = InstanceType<typeof twilio.twiml.VoiceResponse>;
type GatherAttributes = NonNullable<Parameters<Voice['gather']>[0]>;
type Language = NonNullable<GatherAttributes['language']>;
type SayLanguage = NonNullable<Exclude<Parameters<Voice['say']>[0], string>['language']>;

/**
 * Instructions in Twilio's language (TwiML), followed one after the other; after the last one the
 * call ends.
 */
export function renderVoice(steps: readonly VoiceStep[]): string {
  const voice = new twilio.twiml.VoiceResponse();
  for (const step of steps) renderStep(voice, step);
  return voice.toString();
}

function renderStep(voice: Voice, step: VoiceStep): void {
  if ('say' in step) voice.say({ language: step.language as SayLanguage }, step.say);
  else if ('gather' in step) renderGather(voice, step);
  else if ('pause' in step) voice.pause({ length: step.pause });
  else if ('redirect' in step) voice.redirect({ method: 'POST' }, askedAgain(step.redirect));
  else if ('hangUp' in step) voice.hangup();
  else if ('wait' in step) renderWait(voice, step);
  else if ('join' in step) renderJoin(voice, step);
  else renderStream(voice, step);
}

function renderGather(voice: Voice, { gather }: GatherStep): void {
  const { opening, prompt, actionUrl, digits, speech, hints, timeoutSeconds } = gather;
  const language = gather.language as Language;
  const asked = voice.gather({
    ...{ action: askedAgain(actionUrl), method: 'POST', actionOnEmptyResult: true },
    ...{ input: speech ? ['dtmf', 'speech'] : ['dtmf'], numDigits: digits },
    // Unless told, Twilio takes `#` for the end of the answer and keeps it to itself.
    finishOnKey: '',
    ...{ timeout: timeoutSeconds, language },
    ...(speech ? { speechTimeout: 'auto' } : {}),
    ...(speech && hints.length > 0 ? { hints: hints.join(', ') } : {}),
  });
  const texts = prompt === '' ? opening : [...opening, prompt];
  for (const text of texts) asked.say({ language: language as SayLanguage }, text);
}

/** The room does not open for the consumer alone, who hears music until the destination joins. */
function renderWait(voice: Voice, { wait }: WaitStep): void {
  renderRoom(voice, wait, false);
}

function renderJoin(voice: Voice, { join }: JoinStep): void {
  renderRoom(voice, join, true);
}

/** It closes for both when either leaves, so that nobody is left in silence. */
function renderRoom(
  voice: Voice,
  { conference, actionUrl, eventsUrl }: WaitStep['wait'],
  startConferenceOnEnter: boolean,
): void {
  const dial = voice.dial({ action: askedAgain(actionUrl), method: 'POST' });
  dial.conference(
    {
      ...{ startConferenceOnEnter, endConferenceOnExit: true, beep: 'false' },
      ...{ statusCallback: askedAgain(eventsUrl), statusCallbackMethod: 'POST' },
      statusCallbackEvent: ['join', 'leave'],
    },
    conference,
  );
}

function renderStream(voice: Voice, { stream }: StreamStep): void {
  const opened = voice.connect().stream({ url: stream.url });
  for (const [name, value] of Object.entries(stream.parameters)) opened.parameter({ name, value });
}
