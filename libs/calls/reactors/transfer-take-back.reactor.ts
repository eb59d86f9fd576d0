import {
  type LeadEvent,
  leadEvents,
  type SuppressionEvent,
  suppressionEvents,
} from '#events/leads';
import { type Clock, type TenantId } from '#libs/kernel';
import {
  type Answer,
  defineReactor,
  type Occasion,
  type Reactor,
  type SeenEvent,
} from '#libs/reactors';
import { type DialingKnowledge } from '../application/ports.js';
import { type SellerTakeBack } from '../application/seller-take-back.js';
import { type TakeBack } from '../application/take-back.js';
import { type QueueShown } from '../dialer/dial-queue.js';
import { isCalledUnder } from '../domain/calling-brands.js';
import { type SellerRefusal } from '../domain/sellers.js';

/** What the reactor wants done. */
export type TakeConsumerBack =
  | { readonly do: 'take_back'; readonly leadId: string }
  | {
      readonly do: 'take_back_from_seller';
      readonly tenantId: TenantId;
      readonly leadId: string;
      readonly refusal: SellerRefusal;
    };

/** What `transfer_take_back` is put together from. */
export interface TransferTakeBackParts {
  readonly takeBack: TakeBack;
  readonly sellers: SellerTakeBack;
  readonly dialing: Pick<DialingKnowledge, 'current'>;
  readonly shown: Pick<QueueShown, 'reaches'>;
  readonly clock: Clock;
}

/** What speaks for the consumer that they want no call, rather than against the lead. */
const WISHES: ReadonlySet<string> = new Set([
  'suppressed',
  'suppressed_for_brand',
  'consent_revoked',
]);

/**
 * How long after an entry a call or a destination may be named that was chosen before it: the
 * choice, the slot, and the list that follows the log.
 */
const CHOICE_WITHIN_MS = 2_000;
/** How long it is waited that the queue shows who is on a call, and until the next try. */
const QUEUE_WITHIN_MS = 1_000;
const QUEUE_WAIT_MS = 100;

/**
 * A consumer whose number is suppressed, or who takes consent back, is rung no more, and while a
 * destination rings for them is connected with nobody (CO-4, CO-8). The next destination is refused
 * by the look at the lists that precedes it, so the consumer hears that nobody is there.
 *
 * Whose number is suppressed for a seller is taken back from that seller alone, and rung on for
 * others; for a brand that the tenant calls under, from everybody. No verdict on the lead says so,
 * so the entry itself is heard.
 */
export function transferTakeBackReactor(parts: TransferTakeBackParts): Reactor {
  return defineReactor<LeadEvent | SuppressionEvent, TakeConsumerBack>({
    name: 'transfer_take_back',
    startAt: 'now',
    events: [...leadEvents, ...suppressionEvents],
    on: {
      ConsentRevoked: ({ data: { leadId } }) => [{ do: 'take_back', leadId }],
      LeadFoundIneligible: ({ data: { leadId, reasons } }) =>
        reasons.some((reason) => WISHES.has(reason)) ? [{ do: 'take_back', leadId }] : [],
      NumberSuppressed: (event, occasion) => numberSuppressed(parts, event, occasion),
    },
    run: (command, { commandId, actor, causationId }) => {
      const { leadId } = command;
      const context = { commandId, actor, causationId };
      if (command.do === 'take_back') return parts.takeBack.of(leadId, 'suppressed', context);
      return parts.sellers.run(command.tenantId, leadId, command.refusal, context);
    },
  });
}

type Suppressed = Extract<SuppressionEvent, { type: 'NumberSuppressed' }>;

/**
 * At once, and once more when whatever was chosen before the entry rings. Numbers that begin alike
 * are looked for among the calls that the queue shows, once it shows the entry.
 */
async function numberSuppressed(
  parts: TransferTakeBackParts,
  { data, position, metadata: { tenantId } }: SeenEvent<Suppressed>,
  { memo }: Occasion,
): Promise<Answer<TakeConsumerBack>> {
  if (!(await isHeard(parts, tenantId, data))) return null;
  const { sellers, shown, clock } = parts;
  const { scope, phoneHash, prefix, scopeName } = data;
  const inMs = (milliseconds: number) => new Date(clock.now().getTime() + milliseconds);
  if (phoneHash === null && !(await shown.reaches(position, QUEUE_WITHIN_MS))) {
    return { again: { at: inMs(QUEUE_WAIT_MS), memo: memo ?? {} } };
  }
  const refusal = { phoneHash, prefix, scopeName };
  const leadIds = await sellers.onCall(tenantId, refusal);
  const commands = leadIds.map((leadId) =>
    scope === 'brand'
      ? ({ do: 'take_back', leadId } as const)
      : ({ do: 'take_back_from_seller', tenantId, leadId, refusal } as const),
  );
  // Whoever is on no call may be called right away, but not be handed over.
  const isForNobody = scope === 'seller' && phoneHash !== null && leadIds.length === 0;
  const isDone = memo?.['isLookedFor'] === true || isForNobody;
  const again = { at: inMs(CHOICE_WITHIN_MS), memo: { isLookedFor: true } };
  return { commands, again: isDone ? null : again };
}

/**
 * Whether the entry itself is acted upon. Of one for everybody, or for the brand a lead was
 * collected under, its verdict tells.
 */
async function isHeard(
  { dialing }: TransferTakeBackParts,
  tenantId: TenantId,
  { scope, scopeName }: Suppressed['data'],
): Promise<boolean> {
  if (scope !== 'brand') return scope === 'seller';
  const state = await dialing.current(tenantId);
  return state !== null && isCalledUnder(scopeName ?? '', state.settings);
}
