import { DOMParser, type Element, onWarningStopParsing } from '@xmldom/xmldom';
import { type Instruction } from './instruction.js';

/** Reads TwiML. Throws if it is no well-formed document with a `Response`. */
export function readVoice(xml: string): Instruction[] {
  const root = parse(xml);
  if (root?.tagName !== 'Response') throw new Error('brought XML without a Response');
  return elementsIn(root).map(toInstruction);
}

function parse(xml: string): Element | null {
  try {
    const parser = new DOMParser({ onError: onWarningStopParsing });
    return parser.parseFromString(xml, 'text/xml').documentElement;
  } catch {
    // The parser's own sentence may repeat what was to be said to a consumer.
    throw new Error('brought no well-formed XML');
  }
}

function elementsIn(element: Element): Element[] {
  return [...element.children];
}

function childOf(element: Element, name: string): Element | undefined {
  return elementsIn(element).find(({ tagName }) => tagName === name);
}

function textOf(element: Element): string {
  return (element.textContent ?? '').trim();
}

function toInstruction(element: Element): Instruction {
  switch (element.tagName) {
    case 'Say':
      return { verb: 'say', text: textOf(element) };
    case 'Pause':
      return { verb: 'pause', seconds: numberOf(element, 'length', 1) };
    case 'Redirect':
      return { verb: 'redirect', url: textOf(element) };
    case 'Hangup':
      return { verb: 'hang_up' };
    case 'Gather':
      return toGather(element);
    case 'Dial':
      return toConference(element);
    case 'Connect':
      return toStream(element);
    default:
      return { verb: 'unknown', name: element.tagName };
  }
}

function toGather(element: Element): Instruction {
  const input = (element.getAttribute('input') ?? 'dtmf').split(/\s+/);
  const says = elementsIn(element).filter(({ tagName }) => tagName === 'Say');
  return {
    verb: 'gather',
    prompt: says.map(textOf).join(' '),
    action: element.getAttribute('action'),
    keys: input.includes('dtmf'),
    speech: input.includes('speech'),
    digitsMax: element.hasAttribute('numDigits') ? numberOf(element, 'numDigits', 1) : null,
    finishOnKey: element.getAttribute('finishOnKey') ?? '#',
    timeoutSeconds: numberOf(element, 'timeout', 5),
    tellsSilence: element.getAttribute('actionOnEmptyResult') === 'true',
  };
}

/** Rooms only: whoever is to be talked to is called by a call of their own. */
function toConference(element: Element): Instruction {
  const conference = childOf(element, 'Conference');
  if (conference === undefined) return { verb: 'unknown', name: 'Dial' };
  return {
    verb: 'conference',
    name: textOf(conference),
    action: element.getAttribute('action'),
    eventsUrl: conference.getAttribute('statusCallback'),
    events: (conference.getAttribute('statusCallbackEvent') ?? '').split(/\s+/),
    startsOnEnter: conference.getAttribute('startConferenceOnEnter') !== 'false',
    endsOnExit: conference.getAttribute('endConferenceOnExit') === 'true',
  };
}

function toStream(element: Element): Instruction {
  const stream = childOf(element, 'Stream');
  if (stream === undefined) return { verb: 'unknown', name: 'Connect' };
  return { verb: 'stream', url: stream.getAttribute('url') ?? '' };
}

function numberOf(element: Element, attribute: string, otherwise: number): number {
  const number = Number(element.getAttribute(attribute) ?? NaN);
  return number >= 0 ? number : otherwise;
}
