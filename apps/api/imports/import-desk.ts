import { ImportReader, ImportUploads } from '#libs/leads';
import { Injectable } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { type Calling } from '../http/calling.js';
import { Validated } from '../http/validated.pipe.js';
import { ImportOptions, type OutcomesQuery, planOf } from './import.requests.js';
import {
  type ImportDryRun,
  importDryRun,
  importStatus,
  type ImportStatusView,
} from './import.response.js';
import { uploadedFile, type UploadedFile } from './upload-body.js';

/** Takes files in, and hands outcome files out. */
@Injectable()
export class ImportDesk {
  constructor(
    private readonly uploads: ImportUploads,
    private readonly reader: ImportReader,
  ) {}

  /** Stores the file of a request, or with `dry_run` only reads it. */
  async receive(
    calling: Calling,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<ImportStatusView | ImportDryRun> {
    const file = await uploadedFile(request);
    try {
      return await this.#take(calling, file, request, reply);
    } catch (error) {
      // What is left of the body is not waited for.
      reply.header('connection', 'close');
      throw error;
    } finally {
      file.discard();
    }
  }

  async #take(
    calling: Calling,
    { bytes, fileName, fields }: UploadedFile,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<ImportStatusView | ImportDryRun> {
    const said = { ...(request.query as object), ...fields };
    const options = Validated.transform(said, {
      type: 'body',
      metatype: ImportOptions,
    }) as ImportOptions;
    const plan = planOf(calling, options);
    if (options.dry_run === 'true') {
      reply.code(200);
      return importDryRun(await this.uploads.preview({ bytes, plan }));
    }
    const { keyId: apiKeyId, tenantId } = calling.key;
    const accepted = await this.uploads.accept({ bytes, fileName, plan, apiKeyId });
    request.exchange.outcome = accepted.known ? 'known' : 'accepted';
    reply.code(202).header('location', `/v1/imports/${accepted.importId}`);
    return importStatus(await this.reader.find(tenantId, accepted.importId));
  }

  /** The outcome file as a download. */
  async outcomes(
    { key }: Calling,
    importId: string,
    { outcome = null }: { readonly outcome?: OutcomesQuery['outcome'] | null },
    reply: FastifyReply,
  ): Promise<void> {
    await this.reader.find(key.tenantId, importId);
    await reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="${importId}.outcomes.csv"`)
      .send(Readable.from(this.reader.outcomes(key.tenantId, importId, outcome)));
  }
}
