import { type LeadEvent } from '#events/leads';
import { type DataKeyId, type TenantId } from '#libs/kernel';
import { type DataKey, type DataKeys, isErased, open, seal, type Sealed } from '#libs/privacy';

type LeadReceived = Extract<LeadEvent, { type: 'LeadReceived' }>;

/** What is personal of the lead of a call, as long as its key exists. */
export class ConsumerBox {
  private constructor(
    private readonly tenantId: TenantId,
    private readonly received: LeadReceived | null,
    private readonly key: DataKey | undefined,
  ) {}

  /** Of the lead with this history. Rejects with `data_keys_unavailable`. */
  static async of(
    tenantId: TenantId,
    keys: DataKeys,
    history: readonly { readonly type: string }[],
  ): Promise<ConsumerBox> {
    const received = history.find((event): event is LeadReceived => event.type === 'LeadReceived');
    if (received === undefined) return new ConsumerBox(tenantId, null, undefined);
    const id = received.data.keyId as DataKeyId;
    return new ConsumerBox(tenantId, received, (await keys.find(tenantId, [id])).get(id));
  }

  /** The consumer’s number, E.164; `null` once erased. Personal: never log or store it. */
  phone(): string | null {
    if (this.received === null || this.key === undefined) return null;
    const box = this.received.data.personal as Sealed<{ readonly phone: string }>;
    const person = open(this.key, { tenantId: this.tenantId }, box);
    return isErased(person) ? null : person.phone;
  }

  /**
   * An answer, sealed with the lead’s key, so that it goes when the person does; `null` for none.
   */
  sealAnswer(text: string): string | null {
    if (this.key === undefined || text === '') return null;
    return seal(this.key, { tenantId: this.tenantId }, { text });
  }
}
