import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hear } from './conversation.js';
import { OPT_OUTS, talk } from './conversation.fixtures.js';
import { DEFAULT_SCRIPT } from './default-script.js';
import { type ScriptContent } from './script.events.js';

const speech = fc.oneof(
  fc.string(),
  fc
    .array(
      fc.constantFrom(...['yes', 'no', 'not', 'later', 'interested', 'call', 'me', 'but', ',']),
      {
        maxLength: 6,
      },
    )
    .map((words) => words.join(' ')),
);
const input = fc.record({
  digits: fc.oneof(fc.constant(null), fc.stringMatching(/^[0-9*#]{0,3}$/)),
  speech: fc.oneof(fc.constant(null), speech),
});
const word = fc.stringMatching(/^[a-z]{2,8}$/);
const option = (value: string) =>
  fc.record({
    value: fc.constant(value),
    key: fc.constantFrom(null, '1', '2', '3'),
    words: fc.array(word, { maxLength: 3 }),
    callbackMinutes: fc.constantFrom(null, null, 30),
  });
const anyScript: fc.Arbitrary<ScriptContent> = fc
  .array(
    fc.record({
      options: fc.tuple(option('yes'), option('no')).map((pair): typeof pair => pair),
      tries: fc.integer({ min: 1, max: 5 }),
      ruled: fc.constantFrom(null, 'yes', 'no'),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => ({
    ...DEFAULT_SCRIPT,
    questions: parts.map(({ options, tries }, index) => ({
      ...{ id: `q${index}`, prompt: '?', options: [...options], tries },
    })),
    disqualify: parts.flatMap(({ ruled }, index) => {
      if (ruled === null) return [];
      const rule = { field: `answers.q${index}`, op: 'eq', value: ruled } as const;
      return [{ reason: `r${index}`, when: { op: 'and', rules: [rule] } as const }];
    }),
  }));

describe('whatever is pressed and said,', () => {
  it('the conversation ends within as many turns as its questions may be put', () => {
    fc.assert(
      fc.property(anyScript, fc.array(input, { maxLength: 40 }), (script, inputs) => {
        const { turns, heard } = talk(script, inputs);
        const triesMax = script.questions.reduce((sum, { tries }) => sum + tries, 0);
        expect(heard.length).toBeLessThanOrEqual(triesMax);
        const last = turns.at(-1);
        expect(last?.kind === 'ask').toBe(heard.at(-1)?.kind === 'opt_out');
      }),
    );
  });

  it('nobody is qualified whose answers meet a rule, and the first rule met is the reason', () => {
    fc.assert(
      fc.property(anyScript, fc.array(input, { maxLength: 40 }), (script, inputs) => {
        const { turns, heard } = talk(script, inputs);
        const asked = turns.flatMap((each) => (each.kind === 'ask' ? [each.questionId] : []));
        const met = heard.flatMap((each, index) => {
          if (each.kind !== 'answer') return [];
          return script.disqualify.filter(({ when }) => {
            const [rule] = when.rules;
            if (rule === undefined || 'rules' in rule) return false;
            return rule.field === `answers.${asked[index]}` && rule.value === each.value;
          });
        });
        const last = turns.at(-1);
        if (met.length === 0) expect(last?.kind).not.toBe('disqualified');
        else expect(last).toEqual({ kind: 'disqualified', reason: met[0]!.reason });
      }),
    );
  });

  it('an opt-out phrase wins, and so does the opt-out key', () => {
    const said = fc.constantFrom(...OPT_OUTS.filter((phrase) => !phrase.includes('nine')));
    fc.assert(
      fc.property(speech, said, speech, input, (before, phrase, after, { digits }) => {
        const words = `${before} ${phrase} ${after}`;
        const heard = hear(DEFAULT_SCRIPT, 'interested', { digits, speech: words });
        expect(heard.kind).toBe('opt_out');
        const pressed = { digits: `${digits ?? ''}9`, speech: before };
        expect(hear(DEFAULT_SCRIPT, 'insured', pressed).kind).toBe('opt_out');
      }),
    );
  });

  it('an answer is one the question knows', () => {
    fc.assert(
      fc.property(anyScript, input, (script, given) => {
        const heard = hear(script, 'q0', given);
        if (heard.kind === 'answer') expect(['yes', 'no']).toContain(heard.value);
      }),
    );
  });
});
