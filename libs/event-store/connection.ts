import { EventStoreDBClient, UnavailableError } from '@eventstore/db-client';
import grpcStubs from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { type CallOptions, type Metadata } from '@grpc/grpc-js';
import { type OutgoingHttpHeaders } from 'node:http2';
import { AppendLine } from './append-line.js';
import { DeadlineExceeded } from './deadline.js';
import { StoreFailure } from './errors.js';
import { type CallEnd, isPeace, type OpenCall } from './grpc-call.js';
import { GrpcSession } from './grpc-session.js';
import { PulledStream } from './pulled-stream.js';
import { type ReadAnswer, readAnswer } from './read-answer.js';
import { type ReadRequest } from './read-request.js';
import { type StoreAddress, storeAddress } from './store-address.js';

const { StreamsClient, StreamsService } = grpcStubs;
type Stubs = InstanceType<typeof StreamsClient>;

/** What the client keeps for its own methods: a channel, wherever that leads just now. */
interface ClientInside {
  getGRPCClient(stubs: typeof StreamsClient, name: string): Promise<Stubs>;
  /** Finds the node of the next channel, as `host:port`. */
  resolveUri(): Promise<string>;
  /** Opens another channel next time, perhaps to another node, if the error calls for it. */
  handleError(stubs: Stubs, error: CallEnd): Promise<void>;
  callArguments(options: object): [Metadata, CallOptions];
  execute(
    stubs: typeof StreamsClient,
    name: string,
    action: () => Promise<unknown>,
  ): Promise<unknown>;
}

/** Answers to appends are a hundredth of it. */
const APPEND_ANSWER_BYTES_MAX = 64 * 1024;
/** As the client has it: servers hold events of 16 MiB that came to them in other ways. */
const READ_ANSWER_BYTES_MAX = 17 * 1024 * 1024;

/**
 * What leads to the store, given up when it falls silent: a session for appends and another for
 * reads, to the node that the client found.
 *
 * The client is told of every failure and finds another node, if there is one; its own channel
 * carries nothing. Sessions that are open but mute (a stopped server, a firewall that forgot us)
 * would be noticed only after 20 seconds.
 */
export class Connection {
  readonly #url: string;
  readonly #inside: ClientInside;
  /** Of each channel, as `host:port`; only the newest is asked for. */
  #node = '';
  #isClosed = false;
  readonly #streams = new Set<PulledStream<ReadAnswer>>();
  #line: Promise<AppendLine> | null = null;
  #reads: { readonly stubs: Stubs; readonly session: GrpcSession } | null = null;
  #headers: Promise<OutgoingHttpHeaders> | null = null;
  /** By `performance.now`. Apart, because appends have a connection of their own. */
  #readAnsweredAt = 0;
  #appendAnsweredAt = 0;

  /** `url` as in `esdb://…`. Connects when it is first used. */
  constructor(url: string) {
    this.#url = url;
    this.#inside = EventStoreDBClient.connectionString(url) as unknown as ClientInside;
    this.#noteNodes();
  }

  /** A channel itself tells of a proxy instead, where the environment names one. */
  #noteNodes(): void {
    const resolve = this.#inside.resolveUri.bind(this.#inside);
    this.#inside.resolveUri = async () => (this.#node = await resolve());
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

  /** How many reads and subscriptions are under way. */
  get readsOpen(): number {
    return this.#reads?.session.callsOpen ?? 0;
  }

  /** Starts a read or a subscription; `leave` it in the end. */
  read(request: ReadRequest): PulledStream<ReadAnswer> {
    const decode = (message: Buffer) => {
      this.#readAnsweredAt = performance.now();
      return readAnswer(message);
    };
    const stream = new PulledStream(this.#openerOfRead(request), decode, () => {
      this.#streams.delete(stream);
    });
    this.#streams.add(stream);
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

  /** Gives up, and connects no more. */
  async close(cause: Error): Promise<void> {
    this.#isClosed = true;
    await this.giveUp(cause);
  }

  /** Fails everything under way and ends both sessions; the next call opens a new one. */
  async giveUp(cause: unknown): Promise<void> {
    this.#readAnsweredAt = performance.now();
    this.#endLine(cause);
    for (const stream of this.#streams) {
      stream.fail(new StoreFailure('connection', cause));
      stream.leave();
    }
    this.#reads?.session.end();
    this.#reads = null;
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
    const stubs = await this.#stubs('appendToStream');
    const { path } = StreamsService.batchAppend;
    const headers = await this.#headersOfCalls();
    const session = new GrpcSession(this.#address());
    const options = { path, headers, messageBytesMax: APPEND_ANSWER_BYTES_MAX };
    const open: OpenCall = ({ onMessage, onEnd }) =>
      session.call(options, {
        onMessage,
        onEnd: (reason) => {
          session.end();
          this.#tellClient(stubs, reason);
          onEnd(reason);
        },
      });
    return new AppendLine(open, () => {
      this.#appendAnsweredAt = performance.now();
    });
  }

  async #openerOfRead(request: ReadRequest): Promise<OpenCall> {
    const headers = await this.#headersOfCalls();
    const stubs = await this.#stubs('read');
    const { path, requestSerialize } = StreamsService.read;
    const options = { path, headers, messageBytesMax: READ_ANSWER_BYTES_MAX };
    return ({ onMessage, onEnd }) => {
      const call = this.#sessionOfReads(stubs).call(options, {
        onMessage,
        onEnd: (reason) => {
          if (!call.isCancelled) this.#tellClient(stubs, reason);
          onEnd(reason);
        },
      });
      call.sendLast(requestSerialize(request));
      return call;
    };
  }

  /** The session to the node that `stubs` lead to; one to another node ends with its last read. */
  #sessionOfReads(stubs: Stubs): GrpcSession {
    const reads = this.#reads;
    if (reads?.stubs === stubs && reads.session.isOpen) return reads.session;
    const session = new GrpcSession(this.#address());
    this.#reads = { stubs, session };
    reads?.session.retire();
    return session;
  }

  async #stubs(name: string): Promise<Stubs> {
    if (this.#isClosed) throw new UnavailableError();
    return this.#inside.getGRPCClient(StreamsClient, name);
  }

  #address(): StoreAddress {
    return storeAddress(this.#url, this.#node);
  }

  #tellClient(stubs: Stubs, reason: CallEnd): void {
    if (isPeace(reason)) return;
    // It waits for the channel that is being opened, and fails when that does.
    this.#inside.handleError(stubs, reason).catch(() => undefined);
  }

  /** The same for every call: what the URL says of name and credentials. */
  #headersOfCalls(): Promise<OutgoingHttpHeaders> {
    return (this.#headers ??= this.#makeHeaders());
  }

  async #makeHeaders(): Promise<OutgoingHttpHeaders> {
    const [metadata, { credentials }] = this.#inside.callArguments({});
    const call = { method_name: 'Read', service_url: this.#url };
    if (credentials) metadata.merge(await credentials.generateMetadata(call));
    return metadata.toHttp2Headers();
  }

  #forget(opening: Promise<AppendLine>): void {
    if (this.#line === opening) this.#line = null;
  }
}
