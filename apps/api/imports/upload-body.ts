import { Busboy } from '@fastify/busboy';
import { DomainError } from '#libs/kernel';
import { UPLOAD_BYTES_MAX, validationFailed } from '#libs/leads';
import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { badRequest } from '../http/errors/error-answer.js';

/** The routes that take files. */
const UPLOAD_PATHS: ReadonlySet<string | undefined> = new Set(['/v1/imports', '/v1/statements']);
/** The one that takes them as JSON, too. */
const JSON_UPLOAD_PATH = '/v1/statements';
/**
 * Stands in for JSON while it is uploaded: other bodies of that type are small, and read at once.
 */
export const JSON_UPLOAD = 'application/x-leadledger-json';
/** A file may take so long to arrive. */
export const UPLOAD_WITHIN_MS = 10 * 60 * 1_000;

const CSV_TYPES = ['text/csv', 'application/csv', 'application/vnd.ms-excel'];
const MULTIPART = 'multipart/form-data';
const FIELD_LIMITS = { fields: 500, fieldSize: 16 * 1024, files: 1 } as const;

/** A file on its way in, and what was said about it before it. */
export interface UploadedFile {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly fileName: string | null;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Lets go of what is left of the body, so that the answer can be sent. */
  discard(): void;
}

/** Has JSON arrive as a stream where it is a file. To be called before bodies are read. */
export function noteJsonUpload({ routeOptions, headers }: FastifyRequest): void {
  if (routeOptions.url !== JSON_UPLOAD_PATH) return;
  if (/^application\/json\b/i.test(headers['content-type'] ?? '')) {
    headers['content-type'] = JSON_UPLOAD;
  }
}

/** Lets the upload routes, and no other, take files, as streams. */
export function acceptUploads(server: FastifyInstance): void {
  server.addContentTypeParser([...CSV_TYPES, MULTIPART, JSON_UPLOAD], (request, payload, done) => {
    if (isUpload(request)) done(null, payload);
    else done(unsupported('Send application/json or application/x-www-form-urlencoded.'));
  });
}

/** Whether a request may take as long as a file takes to arrive. */
export function isUpload({ method, routeOptions }: FastifyRequest): boolean {
  return method === 'POST' && UPLOAD_PATHS.has(routeOptions.url);
}

/**
 * The file of a request: its body, or the file of a form, whose fields must come before it. Rejects
 * with `unsupported_media_type`, `payload_too_large`, `validation_failed` or `bad_request`.
 */
export async function uploadedFile(request: FastifyRequest): Promise<UploadedFile> {
  const { body, headers } = request;
  if (!(body instanceof Readable)) throw unsupported('Send text/csv, or a form with a file.');
  if (Number(headers['content-length'] ?? 0) > UPLOAD_BYTES_MAX + FIELD_LIMITS.fieldSize) {
    throw uploadTooLarge();
  }
  const type = headers['content-type'] ?? '';
  if (type.toLowerCase().startsWith(MULTIPART)) return fileOfForm(body, type);
  return { fields: {}, fileName: null, ...kept(body) };
}

/** Resolves when the file begins; its bytes end when the form has ended well. */
function fileOfForm(body: Readable, type: string): Promise<UploadedFile> {
  const form = openForm(type);
  const fields: Record<string, unknown> = {};
  const began = Promise.withResolvers<UploadedFile>();
  const ended = Promise.withResolvers<undefined>();
  // Whoever reads the bytes is told; nobody may be reading yet, or any more.
  ended.promise.catch(() => undefined);
  let file: Readable | null = null;
  const fail = (error: Error) => {
    body.unpipe(form);
    body.resume();
    began.reject(error);
    ended.reject(error);
    file?.destroy(error);
  };
  form.on('field', (name, value) => {
    if (file === null) add(fields, name, value);
    else fail(fieldAfterFile(name));
  });
  form.on('file', (_, stream, fileName) => {
    file = stream.on('error', () => undefined);
    const { bytes, discard } = kept(stream);
    began.resolve({
      ...{ fields, discard, bytes: followedBy(bytes, ended.promise) },
      fileName: fileName === '' ? null : fileName,
    });
  });
  form.on('finish', () => {
    if (file === null) fail(fileMissing());
    else ended.resolve(undefined);
  });
  for (const stream of [form, body]) {
    stream.on('error', () => {
      fail(badRequest());
    });
  }
  body.once('aborted', () => {
    fail(badRequest());
  });
  body.pipe(form);
  return began.promise;
}

async function* followedBy<Item>(
  items: AsyncIterable<Item>,
  end: Promise<unknown>,
): AsyncGenerator<Item> {
  try {
    yield* items;
  } catch {
    // The form says better than its part what is wrong.
    await end;
    throw badRequest();
  }
  await end;
}

function openForm(type: string) {
  try {
    return new Busboy({ headers: { 'content-type': type }, limits: FIELD_LIMITS });
  } catch {
    throw badRequest();
  }
}

/** A repeated field is a list. */
function add(fields: Record<string, unknown>, name: string, value: string): void {
  const before = Object.hasOwn(fields, name) ? fields[name] : undefined;
  const next = before === undefined ? value : [before, value].flat();
  Object.defineProperty(fields, name, {
    value: next,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

/**
 * A stream that whoever reads it cannot destroy: the connection would go, and the answer with it.
 */
function kept(stream: Readable): Pick<UploadedFile, 'bytes' | 'discard'> {
  const iterator: AsyncIterable<Uint8Array> = stream.iterator({ destroyOnReturn: false });
  return {
    bytes: iterator,
    discard: () => {
      setImmediate(() => stream.resume());
    },
  };
}

function unsupported(advice: string): DomainError {
  return new DomainError(
    'unsupported',
    'unsupported_media_type',
    `${advice} Say so in Content-Type.`,
  );
}

function uploadTooLarge(): DomainError {
  return new DomainError(
    'too_large',
    'payload_too_large',
    `A file may hold ${UPLOAD_BYTES_MAX} bytes; split it, with the header row in every part.`,
    { details: { limit_bytes: UPLOAD_BYTES_MAX } },
  );
}

function fileMissing(): DomainError {
  const message = 'is required: send the CSV as a file of the form';
  return validationFailed([{ field: 'file', code: 'required', message }]);
}

function fieldAfterFile(name: string): DomainError {
  const message = 'must come before the file, which is read as it arrives';
  return validationFailed([{ field: name.slice(0, 100), code: 'after_file', message }]);
}
