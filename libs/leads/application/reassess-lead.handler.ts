import { CommandRunner } from '#libs/event-store';
import { type DataKeyId, fold } from '#libs/kernel';
import { DataKeys, isErased, leadIdOf, open, type Sealed } from '#libs/privacy';
import { type Order, StreamLanes } from '#libs/reactors';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { isWithinWindow } from '../domain/dedupe-window.js';
import { type ReceivedLead } from '../domain/lead.js';
import { leadDecider } from '../domain/lead.decider.js';
import { type LeadMode } from '../domain/lead.events.js';
import { type LeadStreamEvent } from '../domain/lead-stream.events.js';
import { brandsOfLead } from '../domain/suppression-scope.js';
import { type PersonalData } from '../intake/interpret-submission.js';
import { EligibilityLookups } from './eligibility-lookups.js';
import { intakePolicyOf } from './intake-policy.js';
import { leadStream } from './lead-streams.js';
import { OccurrenceClock } from './occurrence.js';

/**
 * What came of it. `over`: its window has ended, so nobody acts on it any more. `erased`: of the
 * person nothing is left to look up. `unchanged`: the verdict is the same.
 */
export type Reassessment = 'absent' | 'over' | 'erased' | 'unchanged' | 'judged';

/** Judges a lead anew because facts about its phone may have changed. */
export class ReassessLeadCommand extends Command<Reassessment> {
  constructor(
    readonly leadId: string,
    readonly order: Order,
    /** Nothing but the meaning of do-not-call lists may have changed. */
    readonly isOnlyIfListed = false,
  ) {
    super();
  }
}

/** Judges all leads of a phone anew, live ones and test ones. */
export class ReassessPhoneCommand extends Command<undefined> {
  constructor(
    readonly phoneHash: string,
    readonly order: Order,
  ) {
    super();
  }
}

/** Repeats the look-ups and lets the lead decide; says nothing where the verdict stays the same. */
@CommandHandler(ReassessLeadCommand)
export class ReassessLeadHandler implements ICommandHandler<ReassessLeadCommand> {
  /** One look at a time for each lead, or an older look could be judged after a newer one. */
  readonly #turns = new StreamLanes(Infinity);

  constructor(
    private readonly runner: CommandRunner,
    private readonly keys: DataKeys,
    private readonly lookups: EligibilityLookups,
    private readonly clock: OccurrenceClock,
  ) {}

  execute(command: ReassessLeadCommand): Promise<Reassessment> {
    return this.#turns.run(command.leadId, () => this.#reassess(command));
  }

  async #reassess(command: ReassessLeadCommand): Promise<Reassessment> {
    const { leadId, order } = command;
    const { tenantId } = order;
    const stream = leadStream(leadId);
    const history = await this.runner.history<LeadStreamEvent>(stream);
    const [received] = history;
    const lead = fold(leadDecider, history);
    if (received?.type !== 'LeadReceived' || lead.status === 'absent') return 'absent';
    if (received.metadata.tenantId !== tenantId) return 'absent';
    if (command.isOnlyIfListed && !isListed(lead)) return 'unchanged';
    const assessedAt = this.clock.now().toISOString();
    if (!isWithinWindow(lead.receivedAt, assessedAt)) return 'over';
    const keyId = lead.keyId as DataKeyId;
    const key = (await this.keys.find(tenantId, [keyId])).get(keyId);
    const known = open(key, { tenantId }, received.data.personal as Sealed<PersonalData>);
    if (isErased(known)) return 'erased';
    const policy = intakePolicyOf(tenantId, lead.checks?.tenantMode ?? 'live');
    const brands = brandsOfLead(received.data);
    const looked = { e164: known.phone, phoneHash: lead.phoneHash, brands };
    const checks = await this.lookups.checks(policy, looked, assessedAt, lead.checks?.dnc);
    const { events } = await this.runner.run({
      ...{ stream, decider: leadDecider },
      command: { type: 'ReassessLead', checks, assessedAt },
      context: { ...order, correlationId: leadId, occurredAt: assessedAt },
    });
    return events.length === 0 ? 'unchanged' : 'judged';
  }
}

function isListed({ checks }: ReceivedLead): boolean {
  return checks !== null && checks.dnc.lists.length > 0;
}

const MODES: readonly LeadMode[] = ['live', 'test'];

/** Finds a phone's leads by their ids, so that no read model has to know them. */
@CommandHandler(ReassessPhoneCommand)
export class ReassessPhoneHandler implements ICommandHandler<ReassessPhoneCommand> {
  constructor(private readonly leads: ReassessLeadHandler) {}

  async execute({ phoneHash, order }: ReassessPhoneCommand): Promise<undefined> {
    for (const mode of MODES) {
      for (let ordinal = 0; ; ordinal += 1) {
        const leadId = leadIdOf(phoneHash, mode, ordinal);
        const came = await this.leads.execute(new ReassessLeadCommand(leadId, order));
        if (came === 'absent') break;
      }
    }
  }
}
