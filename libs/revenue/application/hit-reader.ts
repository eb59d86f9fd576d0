import { type TenantId } from '#libs/kernel';
import { TenantSecrets } from '#libs/privacy';
import { Injectable } from '@nestjs/common';
import { type AliasAdditions } from '../domain/alias-map.decider.js';
import { type PostbackTokenSettings } from '../domain/postback-settings.events.js';
import { type Hit } from '../domain/reading/hit.js';
import { readHit, type ReadHit } from '../domain/reading/read-hit.js';
import { readReportedNumber } from './reported-number.js';

/** Under which settings of a tenant a report is read. */
export interface ReadingSettings {
  readonly additions: AliasAdditions;
  readonly token: Pick<PostbackTokenSettings, 'amountUnit' | 'timeZone' | 'currency'>;
}

/** Reads reports, and recognises callers by the tenant’s keyed hash. */
@Injectable()
export class HitReader {
  constructor(private readonly secrets: TenantSecrets) {}

  /** How a report is read; it is never refused. Rejects with `data_keys_unavailable`. */
  async read(
    tenantId: TenantId,
    hit: Hit,
    { additions, token: settings }: ReadingSettings,
  ): Promise<ReadHit> {
    const identity = await this.secrets.identity(tenantId);
    return readHit(hit, {
      ...{ aliases: additions.aliases, aliasVersion: additions.version, settings },
      normalisePhone: readReportedNumber,
      hashPhone: (e164) => identity.phoneHash(e164),
    });
  }
}
