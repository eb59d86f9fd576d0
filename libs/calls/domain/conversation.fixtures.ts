import { hear, type Heard, type Input, nextTurn, type Turn } from './conversation.js';
import { type Answer } from './lead-calls.js';
import { type ScriptContent } from './script.events.js';

/** Talks until the conversation is over; every turn takes the next input, or silence. */
export function talk(
  script: ScriptContent,
  inputs: readonly Input[],
): { readonly turns: readonly Turn[]; readonly heard: readonly Heard[] } {
  const turns: Turn[] = [];
  const heard: Heard[] = [];
  let answers: Answer[] = [];
  for (;;) {
    const next = nextTurn(script, answers, {});
    turns.push(next);
    if (next.kind !== 'ask') return { turns, heard };
    const { questionId, tries } = next;
    const meant = hear(script, questionId, inputs[heard.length] ?? { digits: null, speech: null });
    heard.push(meant);
    if (meant.kind === 'opt_out') return { turns, heard };
    const { value, given } = meant.kind === 'answer' ? meant : NOTHING;
    const others = answers.filter((each) => each.questionId !== questionId);
    answers = [...others, { questionId, value, given, tries }];
  }
}

const NOTHING = { value: null, given: 'nothing' } as const;

/** Ways to say that one wants no more calls. */
export const OPT_OUTS = [
  ...['stop', 'quit', 'end', 'revoke', 'opt out', 'cancel', 'unsubscribe', 'opt-out'],
  ...[
    'stop calling',
    'Stop calling me!',
    'don’t call me',
    'don’t ever call me again',
    'do not call',
  ],
  ...[
    'do not call me anymore',
    'please don’t you people keep calling me',
    'never call this number',
  ],
  ...['I don’t want any more calls', 'I do not want to be contacted', 'no more calls', 'no calls'],
  ...['take me off your list', 'take my number off of your call list', 'remove me', 'get me off'],
  ...[
    'remove my number',
    'delete my information',
    'off your list',
    'put me on the do not call list',
  ],
  ...['leave me alone', 'lose my number', 'I revoked my consent', 'I withdraw my consent'],
  ...['I never gave you consent', 'you have no permission', 'opt me out', 'nine', 'press nine'],
];
