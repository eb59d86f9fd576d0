import { describe, expect, it } from '@jest/globals';
import { renderVoice } from './render-voice.js';
import { type VoiceStep } from './voice-step.js';

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>';

function rendered(...steps: VoiceStep[]): string {
  const text = renderVoice(steps);
  expect(text.startsWith(`${HEAD}<Response`)).toBe(true);
  return text.slice(HEAD.length).replace(/^<Response>(.*)<\/Response>$/, '$1');
}

const question = {
  ...{
    opening: [],
    prompt: 'Own or rent?',
    language: 'en-US',
    actionUrl: 'https://a.example/q?n=1&m=2',
  },
  ...{ digits: 1, speech: true, hints: ['own', 'rent'], timeoutSeconds: 5 },
};

describe('instructions to a call', () => {
  it('say a text, with nothing in it taken for markup', () => {
    expect(rendered({ say: 'You & <me>', language: 'en-US' })).toBe(
      '<Say language="en-US">You &amp; &lt;me&gt;</Say>',
    );
  });

  it('ask a question that is answered by key or voice, and by silence', () => {
    expect(rendered({ gather: question })).toBe(
      '<Gather action="https://a.example/q?n=1&amp;m=2#rc=3&amp;rp=all" method="POST" actionOnEmptyResult="true" ' +
        'input="dtmf speech" numDigits="1" finishOnKey="" timeout="5" language="en-US" speechTimeout="auto" ' +
        'hints="own, rent"><Say language="en-US">Own or rent?</Say></Gather>',
    );
  });

  it('hear an answer while what comes before the question is still said', () => {
    expect(rendered({ gather: { ...question, opening: ['Hello.', 'Press 9 to stop.'] } })).toMatch(
      /^<Gather [^>]*>(<Say language="en-US">[^<]*<\/Say>){3}<\/Gather>$/,
    );
  });

  it('hear every key there is, the one that Twilio takes for the end of an answer too', () => {
    expect(rendered({ gather: question })).toContain('finishOnKey=""');
  });

  it('ask for keys alone, without a word', () => {
    const text = rendered({ gather: { ...question, speech: false, prompt: '' } });
    expect(text).toContain('input="dtmf"');
    expect(text).not.toMatch(/speech|hints|<Say/);
  });

  it('pause, redirect and hang up in their order', () => {
    expect(rendered({ pause: 2 }, { redirect: '/next' }, { hangUp: true })).toBe(
      '<Pause length="2"/><Redirect method="POST">/next#rc=3&amp;rp=all</Redirect><Hangup/>',
    );
  });

  it('let the consumer wait in a room that opens with the destination and closes with either', () => {
    const room = { conference: 'xfer-1', actionUrl: '/after', eventsUrl: '/room' };
    const dial = (starts: boolean) =>
      '<Dial action="/after#rc=3&amp;rp=all" method="POST">' +
      `<Conference startConferenceOnEnter="${starts}" endConferenceOnExit="true" beep="false" ` +
      'statusCallback="/room#rc=3&amp;rp=all" statusCallbackMethod="POST" statusCallbackEvent="join leave">' +
      'xfer-1</Conference></Dial>';
    expect(rendered({ wait: room })).toBe(dial(false));
    expect(rendered({ join: room })).toBe(dial(true));
  });

  it('connect an agent', () => {
    const parameters = { callId: '7', token: 'a"b' };
    expect(rendered({ stream: { url: 'wss://a.example/agent', parameters } })).toBe(
      '<Connect><Stream url="wss://a.example/agent"><Parameter name="callId" value="7"/>' +
        '<Parameter name="token" value="a&quot;b"/></Stream></Connect>',
    );
  });

  it('are none, and the call ends', () => {
    expect(renderVoice([])).toBe(`${HEAD}<Response/>`);
  });
});
