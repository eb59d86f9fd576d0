import { leadIdOf } from '#libs/privacy';
import { type TenantId } from '#libs/kernel';
import { type CallDesk, type OnDesk } from './call-desk.js';

/**
 * All leads of a number by its hash, the first to come first, from their streams, so that none is
 * missing. Nobody calls test leads (IN-16), so they are left out.
 */
export async function leadsOfNumber(
  desk: Pick<CallDesk, 'look'>,
  tenantId: TenantId,
  phoneHash: string,
): Promise<OnDesk[]> {
  const leads: OnDesk[] = [];
  for (let ordinal = 0; ; ordinal += 1) {
    const found = await desk.look(leadIdOf(phoneHash, 'live', ordinal));
    if (found?.tenantId !== tenantId) return leads;
    leads.push(found);
  }
}
