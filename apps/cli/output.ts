import { DomainError } from '#libs/kernel';
import { SettingsError } from '#libs/settings';
import { StartRefused } from './supervisor/start-refused.js';

/** What a command has to say: to a person, and to a program. */
export interface CommandResult {
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** A refusal as both are told. */
export interface CommandError {
  readonly code: string;
  readonly message: string;
}

/** Prints a result: with `--json` as one line, which is then the last of the output. */
export function printResult(result: CommandResult, json: boolean): void {
  process.stdout.write(json ? `${toJsonLine(result.json)}\n` : `${result.text}\n`);
}

/** Prints an error for a person on stderr, and with `--json` for a program on stdout. */
export function printError(error: CommandError, json: boolean): void {
  process.stderr.write(`leadledger: ${error.message}\n`);
  if (json) process.stdout.write(`${toJsonLine({ error })}\n`);
}

/** What went wrong, in a sentence. */
export function describeError(error: unknown): CommandError {
  if (error instanceof DomainError) return { code: error.code, message: domainMessage(error) };
  if (error instanceof SettingsError) return { code: 'settings_invalid', message: error.message };
  if (error instanceof StartRefused) return { code: 'start_refused', message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal_error', message: `Something unexpected happened: ${message}` };
}

/** A validation error says what is wrong with each field. */
function domainMessage({ message, details }: DomainError): string {
  if (!Array.isArray(details)) return message;
  const fields = (details as readonly { field: string; message: string }[]).map(
    (detail) => `${detail.field}: ${detail.message}`,
  );
  return fields.length === 0 ? message : `${message} ${fields.join(' ')}`;
}

/** Numbers beyond 2^53 are told as text, as everywhere in the api. */
function toJsonLine(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'bigint' ? inner.toString() : inner,
  );
}
