import { describe, expect, it } from '@jest/globals';
import { GREETINGS } from '../../../apps/telephony-simulator/people/person.js';
import { hear, type Heard, nextTurn } from './conversation.js';
import { NO_OPT_OUTS, OPT_OUTS, talk } from './conversation.fixtures.js';
import { DEFAULT_SCRIPT } from './default-script.js';
import { disclosuresOf } from './disclosures.js';
import { type Answer } from './lead-calls.js';
import { isExplicitOptOut, optOutIn } from './opt-out-words.js';
import { wordsOf } from './spoken-words.js';

const answer = (questionId: string, value: string | null, tries = 1): Answer => ({
  ...{ questionId, value, given: 'key', tries },
});
const turn = (answers: readonly Answer[], script = DEFAULT_SCRIPT) =>
  nextTurn(script, answers, { 'lead.state': 'TX' });
const press = (digits: string, questionId = 'interested', script = DEFAULT_SCRIPT) =>
  hear(script, questionId, { digits, speech: null });
const say = (speech: string, questionId = 'interested', script = DEFAULT_SCRIPT) =>
  hear(script, questionId, { digits: null, speech });

describe('what comes next', () => {
  it('is the first question, at its first try', () => {
    const [first] = DEFAULT_SCRIPT.questions;
    const { prompt, options } = first!;
    expect(turn([])).toEqual({ kind: 'ask', questionId: 'interested', prompt, options, tries: 1 });
  });

  it('is the same question after an answer that was not understood, until it was put often enough', () => {
    expect(turn([answer('interested', null, 1)])).toMatchObject({ tries: 2 });
    expect(turn([answer('interested', null, 2)])).toMatchObject({ tries: 3 });
    expect(turn([answer('interested', null, 3)])).toEqual({ kind: 'no_input' });
  });

  it('is the next question after an answer, and transfer after the last one', () => {
    const yes = ['interested', 'insured', 'ready'].map((id) => answer(id, 'yes'));
    expect(turn(yes.slice(0, 1))).toMatchObject({ questionId: 'insured', tries: 1 });
    expect(turn(yes.slice(0, 2))).toMatchObject({ questionId: 'ready', tries: 1 });
    expect(turn(yes)).toEqual({ kind: 'qualified' });
  });

  it('is a later call for who asks for it', () => {
    expect(turn([answer('interested', 'later')])).toEqual({ kind: 'callback', minutes: 120 });
  });

  it('is decided by the first rule that is met, before anything else', () => {
    const when = (value: string) =>
      ({ op: 'and', rules: [{ field: 'answers.interested', op: 'in', value: [value] }] }) as const;
    const script = {
      ...DEFAULT_SCRIPT,
      disqualify: [
        { reason: 'first', when: when('yes') },
        { reason: 'second', when: when('later') },
        { reason: 'third', when: when('later') },
      ],
    };
    const disqualified = turn([answer('interested', 'later')], script);
    expect(disqualified).toEqual({ kind: 'disqualified', reason: 'second' });
  });

  it('knows the lead, too, once something was answered', () => {
    const texan = { op: 'and', rules: [{ field: 'lead.state', op: 'eq', value: 'tx' }] } as const;
    const script = { ...DEFAULT_SCRIPT, disqualify: [{ reason: 'texan', when: texan }] };
    expect(turn([], script).kind).toBe('ask');
    expect(turn([answer('interested', null)], script).kind).toBe('ask');
    expect(turn([answer('interested', 'yes')], script)).toMatchObject({ reason: 'texan' });
  });

  it('does not mind answers to questions it does not know', () => {
    expect(turn([answer('age', '7')])).toMatchObject({ questionId: 'interested' });
  });
});

describe('the default script', () => {
  it('qualifies who always presses 1', () => {
    const { turns } = talk(DEFAULT_SCRIPT, Array(9).fill({ digits: '1', speech: null }));
    expect(turns.map(({ kind }) => kind)).toEqual(['ask', 'ask', 'ask', 'qualified']);
  });

  it('disqualifies who presses 2 at first', () => {
    const { turns } = talk(DEFAULT_SCRIPT, [{ digits: '2', speech: null }]);
    expect(turns.at(-1)).toEqual({ kind: 'disqualified', reason: 'not_interested' });
  });

  it('says first who calls, that it is a machine, how to call back and how to opt out', () => {
    const disclosures = disclosuresOf(DEFAULT_SCRIPT);
    expect(disclosures.map(({ kind }) => kind)).toEqual([
      ...['identity', 'ai_disclosure', 'callback_number', 'opt_out'],
    ]);
    expect(disclosures[2]?.text).toBe('You can reach us at 5 1 2, 5 5 5, 0 1 0 0.');
  });
});

describe('a key', () => {
  it.each<[string, Heard]>([
    ['1', { kind: 'answer', value: 'yes', given: 'key' }],
    ['111', { kind: 'answer', value: 'yes', given: 'key' }],
    ['12', { kind: 'nothing' }],
    ['7', { kind: 'nothing' }],
    ['', { kind: 'nothing' }],
    ['9', { kind: 'opt_out', given: 'key', words: '9' }],
    ['191', { kind: 'opt_out', given: 'key', words: '9' }],
  ])('%j means %j', (digits, expected) => {
    expect(press(digits)).toEqual(expected);
  });

  it('counts before what was said, unless that opts out', () => {
    const both = (speech: string) => hear(DEFAULT_SCRIPT, 'interested', { digits: '1', speech });
    expect(both('no')).toMatchObject({ value: 'yes', given: 'key' });
    expect(both('stop')).toMatchObject({ kind: 'opt_out', words: 'stop' });
  });

  it('opts out on a question that is not known, and means nothing else there', () => {
    expect(press('9', 'age')).toMatchObject({ kind: 'opt_out' });
    expect(press('1', 'age')).toEqual({ kind: 'nothing' });
  });
});

describe('an answer that is said', () => {
  it.each<[string, string | null]>([
    ['Yes.', 'yes'],
    ['Yeah, sure', 'yes'],
    ['I am INTERESTED', 'yes'],
    ['not interested', 'no'],
    ['I’m not interested', 'no'],
    ['no, not interested', 'no'],
    ['no not interested', 'no'],
    ['not really interested', null],
    ['I am not sure', null],
    ['uninterested', null],
    ['yesterday', null],
    ['yes and no', null],
    ['not now, but later', 'later'],
    ['I can’t say, yes', 'yes'],
    ['one', 'yes'],
    ['press 2', 'no'],
    ['number three please', null],
    ['42', null],
    ['', null],
    ['… !', null],
  ])('%j means %j', (speech, value) => {
    const expected =
      value === null ? { kind: 'nothing' } : { kind: 'answer', value, given: 'speech' };
    expect(say(speech)).toEqual(expected);
  });

  it('is heard in the longest words that fit', () => {
    expect(say('I do not', 'insured')).toMatchObject({ value: 'no' });
    expect(say('I do', 'insured')).toMatchObject({ value: 'yes' });
    expect(say('I’m uninsured', 'insured')).toMatchObject({ value: 'no' });
  });
});

describe('who wants no more calls', () => {
  it.each(OPT_OUTS)('is understood: %s', (speech) => {
    expect(say(speech)).toMatchObject({ kind: 'opt_out', given: 'speech' });
    expect(say(speech, 'ready').kind).toBe('opt_out');
  });

  it('is understood even where nobody may have meant it: to go on would be worse', () => {
    expect(say('bus stop insurance')).toMatchObject({ words: 'stop' });
    expect(say('don’t stop')).toMatchObject({ words: 'stop' });
    expect(say('at the end of the month')).toMatchObject({ words: 'end' });
  });

  it('is quoted with what is not wanted, where that was said, too', () => {
    expect(say('please stop, I said stop calling me')).toMatchObject({ words: 'stop calling' });
    expect(say('cancel this, and remove me')).toMatchObject({ words: 'remove me' });
  });

  it('says in a phrase what is not wanted, which a greeting does not', () => {
    const explicit = (speech: string) => isExplicitOptOut(optOutIn(wordsOf(speech)) ?? '');
    for (const wish of ['stop calling', 'don’t call', 'remove me', 'quit ringing my phone']) {
      expect([wish, explicit(wish)]).toEqual([wish, true]);
    }
    for (const greeting of [...GREETINGS, 'to end this call, hang up', 'stop']) {
      expect([greeting, explicit(greeting)]).toEqual([greeting, false]);
    }
  });

  it('is quoted in no more than the words that say so', () => {
    const speech = 'My name is Jane Doe, please do not ever call me at 5 Elm Street';
    expect(say(speech)).toMatchObject({ words: 'not ever call' });
  });

  it.each(NO_OPT_OUTS)('is not heard in: %s', (speech) => {
    expect(optOutIn(wordsOf(speech))).toBeNull();
  });
});
