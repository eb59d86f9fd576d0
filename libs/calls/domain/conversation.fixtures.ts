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
  ...[
    'I want to be removed from your list',
    'I’d like to be removed',
    'removed from the call list',
  ],
  ...['please get my name removed', 'I asked to be taken off', 'I want my number taken off'],
  ...['request removal from your calling list', 'get rid of my number', 'delete my data'],
  ...['I no longer want to receive these calls', 'I no longer wish to be contacted'],
  ...['I no longer consent', 'you no longer have my permission', 'no longer interested in calls'],
  ...['please do not phone me again', 'don’t phone', 'never phone here', 'don’t message me'],
  ...['I don’t want you to phone us', 'don’t send me any more texts', 'never reach out again'],
  ...['put me on your no call list', 'put this number on the DNC list', 'add me to your DNC'],
  ...[
    'you are not allowed to call me',
    'you aren’t supposed to call',
    'you can’t call this number',
  ],
  ...['I don’t authorize you to contact me', 'you have no right to call me', 'no need to call'],
  ...['I take back my consent', 'I’m taking my permission back', 'I rescind my consent'],
  ...['my consent is withdrawn', 'I didn’t give you permission', 'calling me without my consent'],
  ...[
    'I never asked for these calls',
    'I didn’t ask you to call me',
    'I never agreed to any calls',
  ],
  ...['discontinue these calls', 'cease calling', 'cease and desist', 'halt all contact'],
  ...['no further communication', 'no more of your calls', 'no solicitors', 'I refuse your calls'],
  ...['I object to these calls', 'I forbid you to call', 'you needn’t call again'],
  ...['I don’t want to hear from you', 'I hope I never hear from you people again'],
  ...[
    'I’d rather you didn’t call',
    'if you ever call me again I’ll sue',
    'nobody should call here',
  ],
  ...['I don’t want anybody calling me', 'I don’t want another call', 'ain’t nobody calling here'],
  ...['I don’t want to be bothered', 'don’t pester us', 'quit hounding me', 'don’t spam me'],
  ...['I’m sick and tired of you people calling', 'I’m fed up with these calls', 'enough calls'],
  ...['I’m not interested in your calls', 'leave my family alone', 'leave me be', 'knock it off'],
  ...['this is harassment', 'buzz off'],
];

/** What people say who opt out of nothing, in words that others opt out in. */
export const NO_OPT_OUTS = [
  ...['weekend', 'I’ll be back on the weekend', 'nonstop', 'stopover', 'quite', 'ending', 'cancun'],
  ...['I don’t have time, call me later', 'no, call me tomorrow', 'not sure, call me back'],
  ...['call me when I get off work', 'I have to drop off my kids', 'take your time', 'I opted in'],
  ...['my policy was cancelled', 'you can call me', 'I do not have insurance', 'off the record'],
  ...['call me on my phone', 'phone me at five', 'I don’t have a phone', 'that’s not my phone'],
  ...['I don’t need phone insurance', 'I no longer have that phone, call me at home'],
  ...[
    'I was removed from my parents’ policy',
    'I had my name taken off the title',
    'I removed a tooth',
  ],
  ...['no longer insured', 'I’m no longer interested', 'I can’t talk longer, call me at five'],
  ...['not interested, call me in June', 'they discontinued my policy', 'I don’t hear you'],
  ...['I didn’t hear that, say it again', 'I never hear from my agent', 'I’m not bothered'],
  ...['I am not allowed calls at work, so later', 'I can’t call now', 'you didn’t call me back'],
  ...[
    'I gave you my permission',
    'I gave consent',
    'take me back to the question',
    'yes, I consent',
  ],
  ...['I took out a loan', 'I’m tired of calling around', 'I have enough cover', 'I’m tired'],
  ...['if you call again tomorrow I can talk', 'no problem, you can call', 'the list is long'],
  ...['I picked it from your list', 'leave it on', 'back in May', 'I paid it off', 'I live alone'],
  ...['I didn’t get your message', 'I asked for a call', 'I signed up for this', 'no reason'],
];
