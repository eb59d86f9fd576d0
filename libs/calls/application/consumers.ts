import { type DataKeyId, type TenantId } from '#libs/kernel';
import { type DataKey, type DataKeys, isErased, open, seal, type Sealed } from '#libs/privacy';
import { type CallableLead } from '../domain/lead-calls.js';

/** What calling needs of a person: sealed at rest, open only while a call is prepared or held. */
export interface ConsumerData {
  /** E.164. */
  readonly phone: string;
  readonly phone_extension?: string;
  readonly first_name?: string;
  readonly zip?: string;
}

type Sealing = Pick<CallableLead, 'keyId' | 'personal'>;

/** Opens and seals what is personal of leads, with their own keys. */
export class Consumers {
  constructor(private readonly keys: DataKeys) {}

  /** The person; `null` once erased. */
  async open(tenantId: TenantId, lead: Sealing): Promise<ConsumerData | null> {
    const person = open(
      await this.#keyOf(tenantId, lead),
      { tenantId },
      lead.personal as Sealed<ConsumerData>,
    );
    return isErased(person) ? null : person;
  }

  /** What was said, sealed with the lead’s key, so that it goes when the person does. */
  async sealVerbatim(tenantId: TenantId, lead: Sealing, said: string): Promise<string | null> {
    const key = await this.#keyOf(tenantId, lead);
    return key === undefined ? null : seal(key, { tenantId }, { verbatim: said.slice(0, 1_000) });
  }

  async #keyOf(tenantId: TenantId, { keyId }: Sealing): Promise<DataKey | undefined> {
    const id = keyId as DataKeyId;
    return (await this.keys.find(tenantId, [id])).get(id);
  }
}
