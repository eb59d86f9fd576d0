import { describe, expect, it } from '@jest/globals';
import {
  describeExit,
  gaveUpSentence,
  inUseSentence,
  portSentence,
  restartSentence,
  startFailureSentence,
  startTimeoutSentence,
} from './messages.js';

const failure = {
  part: 'api',
  lastWords: ['first', 'second'],
  logFile: '/data/logs/api.log',
} as const;

describe('what a person is told', () => {
  it('names how a process ended', () => {
    expect(describeExit({ code: null, signal: 'SIGKILL' })).toBe('was killed by SIGKILL');
    expect(describeExit({ code: 3, signal: null })).toBe('ended with exit code 3');
    expect(describeExit({ code: 0, signal: null })).toBe('ended by itself');
    expect(describeExit({ code: null, signal: null })).toBe('ended with exit code unknown');
  });

  it('calls parts by what they are', () => {
    expect(restartSentence('eventstore', { code: 1, signal: null })).toBe(
      'The event store ended with exit code 1; starting it again.',
    );
  });

  it('quotes the last words of a part that could not start, and names its log', () => {
    expect(startFailureSentence(failure, { code: 1, signal: null })).toBe(
      'The api ended with exit code 1 before everything was ready, so nothing was started. ' +
        'Its last words:\n' +
        '    first\n    second\n  The whole log: /data/logs/api.log',
    );
  });

  it('only names the log of a part that said nothing', () => {
    expect(startTimeoutSentence({ ...failure, lastWords: [] }, 120_000)).toBe(
      'The api was not ready after 120 seconds. Its log: /data/logs/api.log',
    );
  });

  it('says how often a part died that was given up', () => {
    expect(gaveUpSentence(failure, { code: null, signal: 'SIGSEGV' })).toContain(
      'The api ended 5 times within 60 seconds (the last time it was killed by SIGSEGV)',
    );
  });

  it('tells for each trouble with a port what to do about it', () => {
    expect(portSentence('127.0.0.1', 3000, 'EADDRINUSE')).toContain('PORT=3001 npm start');
    expect(portSentence('127.0.0.1', 65_535, 'EADDRINUSE')).toContain('PORT=65534 npm start');
    expect(portSentence('127.0.0.1', 80, 'EACCES')).toContain('above 1023');
    expect(portSentence('10.9.9.9', 3000, 'EADDRNOTAVAIL')).toContain('set HOST');
  });

  it('names the process that has the data folder', () => {
    expect(inUseSentence('/data', 42)).toContain('(process 42)');
  });
});
