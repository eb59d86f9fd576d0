import { EventStoreDBClient, UnavailableError } from '@eventstore/db-client';
import grpcStubs from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { type CallOptions, type ClientReadableStream, type Metadata } from '@grpc/grpc-js';
import { type OutgoingHttpHeaders } from 'node:http2';
import { AppendLine, type OpenCall } from './append-line.js';
import { DeadlineExceeded } from './deadline.js';
import { StoreFailure } from './errors.js';
import { type CallEnd, GrpcCall } from './grpc-call.js';
import { PulledStream } from './pulled-stream.js';
import { type ReadAnswer, readAnswer } from './read-answer.js';
import { type ReadRequest } from './read-request.js';
import { storeAddress } from './store-address.js';

const { StreamsClient, StreamsService } = grpcStubs;
type Stubs = InstanceType<typeof StreamsClient>;

/**
 * What the client keeps for its own methods: calls on its channel, wherever that leads just now.
 */
interface ClientInside {
  GRPCStreamCreator<Call>(
    stubs: typeof StreamsClient,
    name: string,
    create: (stubs: Stubs) => Call,
  ): () => Promise<Call>;
  getGRPCClient(stubs: typeof StreamsClient, name: string): Promise<Stubs>;
  /** Opens another channel next time, perhaps to another node, if the error calls for it. */
  handleError(stubs: Stubs, error: CallEnd): Promise<void>;
  callArguments(options: object, call?: { deadline: number }): [Metadata, CallOptions];
  execute(
    stubs: typeof StreamsClient,
    name: string,
    action: () => Promise<unknown>,
  ): Promise<unknown>;
}

/**
 * The one connection to the store, given up when it falls silent.
 *
 * The client notices a broken connection by itself and opens another, also to another node. One
 * that is open but mute (a stopped server, a firewall that forgot us) it holds on to for 20
 * seconds, and a second client would share it: grpc-js pools connections per process.
 */
export class Connection {
  readonly client: EventStoreDBClient;
  readonly #url: string;
  readonly #inside: ClientInside;
  readonly #streams = new Set<PulledStream<ReadAnswer>>();
  #line: Promise<AppendLine> | null = null;
  /** By `performance.now`. Apart, because appends have a connection of their own. */
  #readAnsweredAt = 0;
  #appendAnsweredAt = 0;

  /** `url` as in `esdb://…`. Connects when it is first used. */
  constructor(url: string) {
    this.#url = url;
    this.client = EventStoreDBClient.connectionString(url);
    this.#inside = this.client as unknown as ClientInside;
  }

  /** The call that carries all appends, opened anew if the last one ended. */
  async line(): Promise<AppendLine> {
    const opening = (this.#line ??= this.#openLine());
    try {
      const line = await opening;
      if (line.isOpen) return line;
    } catch (error) {
      this.#forget(opening);
      throw new StoreFailure('connection', error);
    }
    this.#forget(opening);
    return this.line();
  }

  /** Starts a read or a subscription; `leave` it in the end. */
  read(request: ReadRequest): PulledStream<ReadAnswer> {
    const opening = this.#openRead(request);
    const stream = new PulledStream(opening, () => {
      this.#readAnsweredAt = performance.now();
    });
    this.#streams.add(stream);
    const forget = () => this.#streams.delete(stream);
    opening.then((call) => call.on('close', forget), forget);
    return stream;
  }

  /**
   * To be told of every failed read: gives up if none was answered since then (by
   * `performance.now`).
   */
  async examineRead(failure: unknown, since: number): Promise<void> {
    if (failure instanceof DeadlineExceeded && this.#readAnsweredAt < since) {
      await this.giveUp(failure);
    }
  }

  /** The same of every failed append. Reads that are answered go on. */
  async examineAppend(failure: unknown, since: number): Promise<void> {
    if (!(failure instanceof DeadlineExceeded) || this.#appendAnsweredAt >= since) return;
    if (this.#readAnsweredAt < since) await this.giveUp(failure);
    else this.#endLine(failure);
  }

  /**
   * Fails everything under way and closes the channel; the next call opens a new one.
   *
   * What is read is failed before it is cancelled, because the client lets a cancelled read end as
   * if it had been read to its end.
   */
  async giveUp(cause: unknown): Promise<void> {
    this.#readAnsweredAt = performance.now();
    this.#endLine(cause);
    for (const stream of this.#streams) stream.fail(new StoreFailure('connection', cause));
    void this.client.dispose();
    const unavailable = (): Promise<never> => Promise.reject(new UnavailableError());
    await this.#inside.execute(StreamsClient, 'giveUp', unavailable).catch(() => undefined);
  }

  #endLine(cause: unknown): void {
    this.#appendAnsweredAt = performance.now();
    const line = this.#line;
    this.#line = null;
    line?.then(
      (open) => {
        open.end(cause);
      },
      () => undefined,
    );
  }

  /** The client finds the node, and is told when it fails; credentials are the client's, too. */
  async #openLine(): Promise<AppendLine> {
    const stubs = await this.#inside.getGRPCClient(StreamsClient, 'appendToStream');
    const address = storeAddress(this.#url, stubs.getChannel().getTarget());
    const headers = await this.#headers(address.origin);
    const open: OpenCall = ({ onMessage, onEnd }) =>
      new GrpcCall(address, StreamsService.batchAppend.path, headers, {
        onMessage,
        onEnd: (reason) => {
          // It waits for the channel that is being opened, and fails when that does.
          this.#inside.handleError(stubs, reason).catch(() => undefined);
          onEnd(reason);
        },
      });
    return new AppendLine(open, () => {
      this.#appendAnsweredAt = performance.now();
    });
  }

  async #headers(origin: string): Promise<OutgoingHttpHeaders> {
    const [metadata, { credentials }] = this.#inside.callArguments({});
    const call = { method_name: 'BatchAppend', service_url: origin };
    if (credentials) metadata.merge(await credentials.generateMetadata(call));
    return metadata.toHttp2Headers();
  }

  /** Not by the client's own method: its messages cost four times as much to decode. */
  #openRead(request: ReadRequest): Promise<ClientReadableStream<ReadAnswer>> {
    const { path, requestSerialize } = StreamsService.read;
    const open = this.#inside.GRPCStreamCreator(StreamsClient, 'read', (stubs) =>
      stubs.makeServerStreamRequest(
        path,
        requestSerialize,
        readAnswer,
        request,
        ...this.#inside.callArguments({}, { deadline: Infinity }),
      ),
    );
    return open();
  }

  #forget(opening: Promise<AppendLine>): void {
    if (this.#line === opening) this.#line = null;
  }
}
