import { type TenantId } from '#libs/kernel';
import { callBridged, transferRequested } from '#events/testing';
import { randomUUID } from 'node:crypto';
import { ChangeAliasesCommand } from '../application/alias.handlers.js';
import { ChangePostbackTokenCommand } from '../application/postback-token.handlers.js';
import { PostbackIntake } from '../application/postback-intake.js';
import {
  ReceivePostbackCommand,
  type ReceivedPostback,
} from '../application/receive-postback.handler.js';
import { type LiveToken } from '../application/token-directory.js';
import { type Alias, type PostbackTokenSettings } from '../domain/postback-settings.events.js';
import { aCaller, happened } from './matching.fixtures.js';
import { allIsMatched, aTokenOf, type MatchingStack } from './matching-stack.fixtures.js';

const origin = { ip: null, headers: {} };

const inJson = (fields: Record<string, string>) => ({
  ...{ contentType: 'application/json', query: '', body: JSON.stringify(fields) },
});

let accounts = 0;

/** A tenant of its own with one consumer, who may be handed over to a destination. */
export class Account {
  readonly phone = '+15122000100';
  readonly postbackIds: string[] = [];
  readonly leadId = randomUUID();

  private constructor(
    readonly stack: MatchingStack,
    readonly tenantId: TenantId,
    readonly token: LiveToken,
  ) {}

  static async open(stack: MatchingStack, destinationId: string | null = null): Promise<Account> {
    const tenantId = `acme-${(accounts += 1)}` as TenantId;
    await stack.desk.secrets.create(tenantId);
    return new Account(stack, tenantId, await aTokenOf(stack, tenantId, 'Acme', destinationId));
  }

  async handedOver(destinationId = 'buyer-1'): Promise<string> {
    const ids = { leadId: this.leadId, callId: randomUUID(), transferId: randomUUID() };
    const consumerHash = await this.stack.desk.secrets.phoneHash(this.tenantId, this.phone);
    const at = this.stack.clock.now().toISOString();
    const whom = { ...ids, consumerHash, destinationId };
    await happened(this.stack.log, this.tenantId, transferRequested({ ...whom, requestedAt: at }));
    await happened(this.stack.log, this.tenantId, callBridged({ ...whom, bridgedAt: at }));
    return ids.transferId;
  }

  async reported(fields: Record<string, string>, token = this.token): Promise<string> {
    const { postback } = await this.#received(fields, token);
    return postback.postbackId;
  }

  /** A row of a statement of its own. */
  async stated(destinationId: string, fields: Record<string, string>): Promise<string> {
    const { tenantId, stack } = this;
    const { reader, runner, keys } = stack.desk;
    const postbackId = randomUUID();
    this.postbackIds.push(postbackId);
    const hit = { ...inJson(fields), method: 'IMPORT' } as const;
    const token = { amountUnit: 'by_name', timeZone: 'UTC', currency: 'USD' } as const;
    const additions = stack.desk.aliases.of(tenantId);
    const read = await reader.read(tenantId, hit, { additions, token });
    await new PostbackIntake({ runner, keys }).store({
      ...{ tenantId, postbackId, tokenId: randomUUID(), destinationId, hit, read, origin },
      ...{ receivedAt: stack.clock.now().toISOString(), sequence: 1, caller: aCaller() },
    });
    return postbackId;
  }

  /** The sender waits for what becomes of it. */
  async promptlyReported(fields: Record<string, string>): Promise<void> {
    const received = await this.#received(fields, this.token);
    await this.stack.desk.prompt.match(received, aCaller());
  }

  #received(fields: Record<string, string>, token: LiveToken): Promise<ReceivedPostback> {
    const postbackId = randomUUID();
    this.postbackIds.push(postbackId);
    const hit = { ...inJson(fields), method: 'POST' } as const;
    const receipt = { receivedAt: this.stack.clock.now().toISOString(), sequence: 0 };
    return this.stack.desk.receive.execute(
      new ReceivePostbackCommand(token, postbackId, hit, origin, receipt, aCaller()),
    );
  }

  async namesMean(...aliases: Alias[]): Promise<void> {
    const change = new ChangeAliasesCommand(this.tenantId, aCaller(), aliases, null);
    await this.stack.desk.changeAliases.execute(change);
  }

  tokenIsFor(destinationId: string | null): Promise<void> {
    return this.tokenIs({ destinationId });
  }

  /** What is sent with the token that this account holds is still read by its settings of before. */
  async tokenIs(changes: Partial<PostbackTokenSettings>): Promise<void> {
    const { tokenId } = this.token;
    await this.stack.desk.changeToken.execute(
      new ChangePostbackTokenCommand(this.tenantId, aCaller(), tokenId, changes, null),
    );
  }

  async hits() {
    const { records } = this.stack.desk;
    const closed = this.postbackIds.map((id) => records.closed(this.tenantId, id));
    return (await Promise.all(closed)).map(({ postback }) => postback);
  }

  /** What became of the reports, in the order they were sent. */
  async standings(): Promise<string[]> {
    await allIsMatched(this.stack);
    return (await this.hits()).map(({ status, unmatched }) => unmatched?.reason ?? status);
  }
}
