import { DEFAULT_SCRIPT } from './default-script.js';
import { type ScriptContent } from './script.events.js';

/** A script as the api takes it, with nothing left out. */
export function writtenScript(content: ScriptContent = DEFAULT_SCRIPT): Record<string, unknown> {
  const { aiDisclosure, callbackNumber, optOut, optOutKey, questions, ...rest } = content;
  const { optedOut, noInput, noDestination, ...others } = rest;
  return {
    ...others,
    ...{ ai_disclosure: aiDisclosure, callback_number: callbackNumber },
    ...{ opt_out: optOut, opt_out_key: optOutKey },
    ...{ opted_out: optedOut, no_input: noInput, no_destination: noDestination },
    questions: questions.map(({ options, ...question }) => ({
      ...question,
      options: options.map(({ callbackMinutes, ...option }) => ({
        ...option,
        callback_minutes: callbackMinutes,
      })),
    })),
  };
}
