import { describe, expect, it } from '@jest/globals';
import { isOver } from './call-status.js';
import { readVoiceReport } from './voice-report.js';

const REQUIRED = { CallSid: 'CA1', CallStatus: 'in-progress' };

describe('a report of the provider', () => {
  it('tells how a call ended', () => {
    const form = {
      ...{ CallSid: 'CA1', CallStatus: 'completed', From: '+15125550001', To: '+15125550100' },
      ...{ SequenceNumber: '3', Timestamp: 'Sat, 28 Nov 2026 08:00:07 +0000' },
      ...{ CallDuration: '42', Duration: '1', AnsweredBy: 'human' },
    };
    expect(readVoiceReport(form, { 'i-twilio-idempotency-token': 'token-1' })).toEqual({
      ...{ providerCallId: 'CA1', status: 'completed', sequence: 3, durationSeconds: 42 },
      ...{ at: '2026-11-28T08:00:07.000Z', answeredBy: 'human', repeatToken: 'token-1' },
      ...{ from: '+15125550001', to: '+15125550100', digits: null, speech: null, confidence: null },
    });
  });

  it('tells what was pressed and said', () => {
    const answer = { Digits: '1', SpeechResult: 'stop calling', Confidence: '0.91' };
    const read = readVoiceReport({ ...REQUIRED, ...answer });
    expect(read).toMatchObject({ digits: '1', speech: 'stop calling', confidence: 0.91 });
  });

  it('tells of silence as nothing pressed and nothing said', () => {
    const read = readVoiceReport({ ...REQUIRED, Digits: '', SpeechResult: '' });
    expect(read).toMatchObject({ digits: null, speech: null, sequence: null, at: null });
  });

  it.each([
    ['human', 'human'],
    ['machine_start', 'machine'],
    ['machine_end_beep', 'machine'],
    ['machine_end_silence', 'machine'],
    ['machine_end_other', 'machine'],
    ['fax', 'fax'],
    ['unknown', 'unknown'],
    ['a word of a later version', 'unknown'],
    ['', null],
  ])('reads AnsweredBy=%j as %j', (word, answeredBy) => {
    expect(readVoiceReport({ ...REQUIRED, AnsweredBy: word })).toMatchObject({ answeredBy });
  });

  it.each([
    ['queued', 'queued', false],
    ['initiated', 'initiated', false],
    ['ringing', 'ringing', false],
    ['in-progress', 'in_progress', false],
    ['completed', 'completed', true],
    ['busy', 'busy', true],
    ['no-answer', 'no_answer', true],
    ['failed', 'failed', true],
    ['canceled', 'canceled', true],
  ])('reads CallStatus=%s as %s', (word, status, over) => {
    const report = readVoiceReport({ ...REQUIRED, CallStatus: word });
    expect(report).toMatchObject({ status });
    expect(isOver(report.status)).toBe(over);
  });

  it.each([
    ['CallSid', ''],
    ['CallStatus', 'asleep'],
    ['SequenceNumber', '-1'],
    ['CallDuration', '1.5'],
    ['Confidence', '7'],
  ])('is refused with %s=%j, and its content not repeated', (field, value) => {
    const read = () => readVoiceReport({ ...REQUIRED, [field]: value });
    const refusal = { kind: 'validation', code: 'telephony_report_unreadable', details: { field } };
    expect(read).toThrow(expect.objectContaining(refusal));
    expect(read).not.toThrow(value === '' ? 'CA1' : value);
  });
});
