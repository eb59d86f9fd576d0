import { type ScriptContent } from './script.events.js';

/**
 * A script to begin with: an insurance quote, as a demo tenant has it.
 *
 * Pressing 1 each time qualifies; pressing 2 at the first question disqualifies with
 * `not_interested`, pressing 3 there asks for a call in two hours, and pressing 9 opts out at any
 * time.
 */
export const DEFAULT_SCRIPT: ScriptContent = {
  name: 'Insurance quote',
  language: 'en-US',
  identity: 'Hello, this is Example Insurance Quotes, about the quote you asked for online.',
  aiDisclosure: 'You are talking to an automated assistant with an artificial voice.',
  callbackNumber: '+15125550100',
  optOut: 'To get no more calls from us, press 9 or say stop, at any time.',
  optOutKey: '9',
  questions: [
    {
      id: 'interested',
      prompt:
        'Are you still interested in comparing insurance quotes? Press 1 or say yes. Press 2 or ' +
        'say no. To be called later, press 3 or say later.',
      options: [
        {
          value: 'yes',
          key: '1',
          words: ['yes', 'yeah', 'yep', 'sure', 'interested', 'of course'],
          callbackMinutes: null,
        },
        {
          value: 'no',
          key: '2',
          words: ['no', 'nope', 'not interested', 'no thanks', 'no thank you'],
          callbackMinutes: null,
        },
        {
          value: 'later',
          key: '3',
          words: ['later', 'another time', 'call me back', 'not now', 'not right now'],
          callbackMinutes: 120,
        },
      ],
      tries: 3,
    },
    {
      id: 'insured',
      prompt: 'Do you have insurance today? Press 1 or say yes. Press 2 or say no.',
      options: [
        {
          value: 'yes',
          key: '1',
          words: ['yes', 'yeah', 'yep', 'i do', 'insured'],
          callbackMinutes: null,
        },
        {
          value: 'no',
          key: '2',
          words: ['no', 'nope', 'i do not', 'i dont', 'not insured', 'uninsured'],
          callbackMinutes: null,
        },
      ],
      tries: 3,
    },
    {
      id: 'ready',
      prompt:
        'Shall we connect you to a licensed agent now? Press 1 or say yes. Press 2 or say no.',
      options: [
        {
          value: 'yes',
          key: '1',
          words: ['yes', 'yeah', 'yep', 'sure', 'please', 'go ahead', 'connect me'],
          callbackMinutes: null,
        },
        {
          value: 'no',
          key: '2',
          words: ['no', 'nope', 'not now', 'no thanks'],
          callbackMinutes: null,
        },
      ],
      tries: 2,
    },
  ],
  disqualify: [
    {
      reason: 'not_interested',
      when: { op: 'and', rules: [{ field: 'answers.interested', op: 'eq', value: 'no' }] },
    },
    {
      reason: 'not_ready',
      when: { op: 'and', rules: [{ field: 'answers.ready', op: 'eq', value: 'no' }] },
    },
  ],
  qualified: 'Thank you. Please hold while we connect you to a licensed agent.',
  disqualified: 'Thank you for your time. Goodbye.',
  callback: 'Thank you. We will call you back in about two hours. Goodbye.',
  optedOut: 'You will not be called again. Goodbye.',
  noInput: 'We did not get an answer. Goodbye.',
  noDestination: 'All agents are busy right now. We are sorry. Goodbye.',
  agent: { kind: 'script', url: null },
};
