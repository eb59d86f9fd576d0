import { type TenantId } from '#libs/kernel';
import {
  type AskedLead,
  type AskedPhone,
  type ListAnswers,
  ListChecks,
} from './application/ports.js';

/** Whoever is on no list. */
export const UNLISTED: ListAnswers = {
  suppressionEntryId: null,
  suppressionScope: null,
  dnc: { outcome: 'not_checked', lists: [], checkedAt: null, listVersion: null },
  dncRules: null,
};

/** Lists that answer as a test says. */
export class ToldLists extends ListChecks {
  answers: ListAnswers = UNLISTED;
  /** What happens elsewhere while they think. */
  meanwhile: () => Promise<unknown> = () => Promise.resolve();

  /** Sellers to whom nobody may be handed. */
  refusedSellers: readonly string[] = [];
  /** The brands each look was for. */
  readonly askedBrands: (readonly string[])[] = [];

  override async check(_tenantId: TenantId, { brands }: AskedLead): Promise<ListAnswers> {
    this.askedBrands.push(brands);
    await this.meanwhile();
    return this.answers;
  }

  override suppressedSellers(
    _tenantId: TenantId,
    _phone: AskedPhone,
    sellers: readonly string[],
  ): Promise<readonly string[]> {
    return Promise.resolve(sellers.filter((seller) => this.refusedSellers.includes(seller)));
  }
}
