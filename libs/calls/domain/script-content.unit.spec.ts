import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_SCRIPT } from './default-script.js';
import { readScriptContent } from './script-content.js';
import { writtenScript } from './script.fixtures.js';

const errorsOf = (value: unknown): [string, string][] => {
  try {
    readScriptContent(value);
  } catch (error) {
    const { code, details } = error as { code: string; details: Record<string, string>[] };
    expect(code).toBe('validation_failed');
    return details.map(({ field = '', code: wrong = '' }) => [field, wrong]);
  }
  return [];
};
const option = (data: object = {}) => ({ value: 'yes', key: '1', words: ['yes'], ...data });
const question = (data: object = {}) => ({
  ...{ id: 'interested', prompt: 'Are you?', options: [option()] },
  ...data,
});
const script = (data: object = {}) => ({ ...writtenScript(), disqualify: [], ...data });
const asked = (...options: object[]) => script({ questions: [question({ options })] });

describe('a script from outside', () => {
  it('is taken as it was written', () => {
    expect(readScriptContent(writtenScript())).toEqual(DEFAULT_SCRIPT);
  });

  it('needs a name, the disclosures and a question, and says the rest itself', () => {
    expect(errorsOf({})).toEqual([
      ['opt_out_key', 'required'],
      ['questions', 'required'],
      ['name', 'required'],
      ['identity', 'required'],
      ['ai_disclosure', 'required'],
      ['callback_number', 'required'],
      ['opt_out', 'required'],
    ]);
    const least = {
      ...{ name: 'Least', identity: 'Us.', ai_disclosure: 'A machine.', opt_out: 'Press 9.' },
      ...{ callback_number: '+15125550100', opt_out_key: '9' },
      questions: [{ id: 'ok', prompt: 'OK?', options: [{ value: 'yes', key: '1' }] }],
    };
    expect(readScriptContent(least)).toMatchObject({
      language: 'en-US',
      questions: [
        { tries: 3, options: [{ value: 'yes', key: '1', words: [], callbackMinutes: null }] },
      ],
      disqualify: [],
      qualified: expect.stringContaining('hold'),
      agent: { kind: 'script', url: null },
    });
  });

  it.each<[string, object, [string, string][]]>([
    ['no object', [], [['(body)', 'wrong_type']]],
    ['an unknown field', script({ greeting: 'hi' }), [['greeting', 'unknown_field']]],
    [
      'a text that is too long',
      script({ identity: 'a'.repeat(1_001) }),
      [['identity', 'too_long']],
    ],
    ['a text with a control character', script({ opt_out: 'a\0' }), [['opt_out', 'wrong_format']]],
    ['blank text', script({ ai_disclosure: ' ' }), [['ai_disclosure', 'required']]],
    [
      'a local number',
      script({ callback_number: '5125550100' }),
      [['callback_number', 'wrong_format']],
    ],
    ['two opt-out keys', script({ opt_out_key: '99' }), [['opt_out_key', 'wrong_format']]],
    [
      'a language it cannot be opted out in',
      script({ language: 'es-MX' }),
      [['language', 'not_allowed']],
    ],
    [
      '51 questions',
      script({
        questions: Array.from({ length: 51 }, (_, index) => question({ id: `q${index}` })),
      }),
      [['questions', 'too_many']],
    ],
    [
      'a question twice',
      script({ questions: [question(), question()] }),
      [['questions.1.id', 'taken']],
    ],
    [
      'an odd id',
      script({ questions: [question({ id: 'Is it?' })] }),
      [['questions.0.id', 'wrong_format']],
    ],
    [
      'a question without options',
      script({ questions: [question({ options: [] })] }),
      [['questions.0.options', 'too_few']],
    ],
    [
      'six tries',
      script({ questions: [question({ tries: 6 })] }),
      [['questions.0.tries', 'out_of_range']],
    ],
    [
      'half a try',
      script({ questions: [question({ tries: 1.5 })] }),
      [['questions.0.tries', 'wrong_type']],
    ],
    [
      'the opt-out key as an answer',
      asked(option({ key: '9' })),
      [['questions.0.options.0.key', 'taken']],
    ],
    [
      'a key with two meanings',
      asked(option(), option({ value: 'no', words: [] })),
      [['questions.0.options.1.key', 'taken']],
    ],
    [
      'a word with two meanings',
      asked(option(), option({ value: 'no', key: '2', words: ['YES!'] })),
      [['questions.0.options.1.words.0', 'taken']],
    ],
    [
      'an option twice',
      asked(option(), option({ key: '2', words: [] })),
      [['questions.0.options.1.value', 'taken']],
    ],
    [
      'a word that opts out',
      asked(option({ words: ['cancel'] })),
      [['questions.0.options.0.words.0', 'not_allowed']],
    ],
    ['no way to choose it', asked({ value: 'yes' }), [['questions.0.options.0.key', 'required']]],
    [
      'a call back in a month',
      asked(option({ callback_minutes: 43_200 })),
      [['questions.0.options.0.callback_minutes', 'out_of_range']],
    ],
    [
      'an agent without an address',
      script({ agent: { kind: 'webhook' } }),
      [['agent.url', 'required']],
    ],
    [
      'an agent in plain text',
      script({ agent: { kind: 'webhook', url: 'http://example.com' } }),
      [['agent.url', 'wrong_format']],
    ],
    [
      'an agent of another kind',
      script({ agent: { kind: 'websocket', url: 'https://example.com' } }),
      [['agent.url', 'wrong_format']],
    ],
    [
      'an address with a password',
      script({ agent: { kind: 'webhook', url: 'https://a:b@example.com' } }),
      [['agent.url', 'wrong_format']],
    ],
    [
      'an address for the script',
      script({ agent: { kind: 'script', url: 'https://example.com' } }),
      [['agent.url', 'not_allowed']],
    ],
    [
      'a rule without a filter',
      script({ disqualify: [{ reason: 'no' }] }),
      [['disqualify.0.when', 'wrong_type']],
    ],
    [
      'a rule for no question',
      script({
        disqualify: [
          {
            reason: 'no',
            when: { op: 'and', rules: [{ field: 'answers.age', op: 'eq', value: 1 }] },
          },
        ],
      }),
      [['disqualify.0.when', 'unknown_question']],
    ],
    [
      'a rule for a question not asked yet',
      script({
        disqualify: [
          {
            reason: 'no',
            when: { op: 'and', rules: [{ field: 'answers.interested', op: 'blank' }] },
          },
        ],
      }),
      [['disqualify.0.when', 'not_allowed']],
    ],
  ])('is refused for %s', (_, value, errors) => {
    expect(errorsOf(value)).toEqual(errors);
  });

  it('names everything that is wrong at once, by its path', () => {
    const value = script({
      name: 7,
      questions: [question({ options: [option({ value: 'Yes' }), 'no'] })],
      disqualify: [{ reason: 'x y', when: { op: 'and', rules: [{ field: 'x', op: 'like' }] } }],
    });
    expect(errorsOf(value)).toEqual([
      ['questions.0.options.0.value', 'wrong_format'],
      ['questions.0.options.1', 'wrong_type'],
      ['name', 'wrong_type'],
      ['disqualify.0.reason', 'wrong_format'],
      ['disqualify.0.when.rules.0.op', 'unknown_operator'],
    ]);
  });

  it('may leave its questions, and its language, to an agent of one’s own', () => {
    const agent = { kind: 'websocket', url: 'wss://agent.example.com/calls' };
    const read = readScriptContent(script({ questions: [], language: 'es-MX', agent }));
    expect(read).toMatchObject({ questions: [], language: 'es-MX', agent });
  });

  it('may send calls only where somebody says that they may go', () => {
    const agent = { kind: 'websocket', url: 'wss://10.0.0.7:8443/calls' };
    const asked: string[] = [];
    const never = (host: string) => asked.push(host) === 0;
    expect(() => readScriptContent(script({ agent }), never)).toThrow(
      expect.objectContaining({ details: [expect.objectContaining({ field: 'agent.url' })] }),
    );
    expect(asked).toEqual(['10.0.0.7']);
  });

  it('is read or refused in words, whatever it is', () => {
    const anything = fc.dictionary(
      fc.constantFrom(...Object.keys(writtenScript()), 'other'),
      fc.anything(),
    );
    fc.assert(fc.property(fc.oneof(fc.anything(), anything), (value) => void errorsOf(value)));
  });
});
