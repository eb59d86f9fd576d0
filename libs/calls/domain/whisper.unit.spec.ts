import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { renderWhisper, unknownPlaceholders, WHISPER_MAX } from './whisper.js';

const facts = { firstName: 'Jane', state: 'TX', answers: { insured: 'yes' } };

describe('a whisper', () => {
  it('says what is known of the consumer', () => {
    const template = 'Call for {{first_name}} from {{ state }}, insured: {{answers.insured}}.';
    expect(renderWhisper(template, facts)).toBe('Call for Jane from TX, insured: yes.');
  });

  it('leaves out what is not known', () => {
    const nobody = { firstName: null, state: null, answers: {} };
    expect(renderWhisper('A {{first_name}} call {{answers.constructor}}', nobody)).toBe('A call');
  });

  it('reads nothing out that a consumer smuggled in', () => {
    const firstName = '<Hangup/> {{state}} & "Bob"\n\u0000';
    expect(renderWhisper('For {{first_name}}', { ...facts, firstName })).toBe(
      'For Hangup state Bob',
    );
  });

  it('is never longer than can be spoken, whatever is put into it', () => {
    const text = fc.string({ maxLength: 3_000, unit: 'binary' });
    fc.assert(
      fc.property(text, text, (template, firstName) => {
        const spoken = renderWhisper(`${template}{{first_name}}`, { ...facts, firstName });
        expect(spoken.length).toBeLessThanOrEqual(WHISPER_MAX);
      }),
    );
  });

  it('knows which of its placeholders nobody fills', () => {
    expect(unknownPlaceholders('{{first_name}} {{state}} {{answers.a_1}} plain')).toEqual([]);
    expect(unknownPlaceholders('{{phone}} and {{answers.A}}')).toEqual(['phone', 'answers.A']);
    expect(unknownPlaceholders('{{first_name')).toEqual(['{{']);
  });
});
