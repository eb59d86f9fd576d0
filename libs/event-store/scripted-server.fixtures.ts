import featuresStubs from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import featuresPb from '@eventstore/db-client/generated/serverfeatures_pb.js';
import grpcStubs from '@eventstore/db-client/generated/streams_grpc_pb.js';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import statusPb from '@eventstore/db-client/generated/status_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import {
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerWritableStream,
} from '@grpc/grpc-js';
import { createRequire } from 'node:module';

const clientFile = createRequire(import.meta.url).resolve('@eventstore/db-client');
/** The protobuf runtime the client's messages were generated for, which is not the newest. */
const runtime = createRequire(clientFile);
export const { Any } = runtime('google-protobuf/google/protobuf/any_pb.js') as {
  readonly Any: new () => NonNullable<ReturnType<statusPb.Status['getDetails']>>;
};
export const { Empty } = runtime('google-protobuf/google/protobuf/empty_pb.js') as {
  readonly Empty: new () => NonNullable<
    ReturnType<sharedPb.WrongExpectedVersion['getCurrentNoStream']>
  >;
};

export type ReadCall = ServerWritableStream<streamsPb.ReadReq, streamsPb.ReadResp>;
export type BatchCall = ServerDuplexStream<streamsPb.BatchAppendReq, streamsPb.BatchAppendResp>;

export interface Script {
  /** Called for reads and subscriptions. */
  readonly read?: (call: ReadCall) => void;
  /** Called for each append that came in. */
  readonly append?: (request: streamsPb.BatchAppendReq, call: BatchCall) => void;
}

/** A server that says what a test tells it to say: what no healthy store would. */
export class ScriptedServer {
  readonly #server: Server;
  readonly url: string;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.url = `esdb://127.0.0.1:${port}?tls=false`;
  }

  static async start({ read, append }: Script): Promise<ScriptedServer> {
    const server = new Server();
    const handlers = {
      read: (call: ReadCall) => read?.(call),
      batchAppend: (call: BatchCall) =>
        call.on('data', (request: streamsPb.BatchAppendReq) => append?.(request, call)),
    };
    const unused = { append: refuse, delete: refuse, tombstone: refuse };
    server.addService(grpcStubs.StreamsService, { ...handlers, ...unused });
    server.addService(featuresStubs.ServerFeaturesService, {
      getSupportedMethods: (_: unknown, answer: sendUnaryData<featuresPb.SupportedMethods>) => {
        const method = new featuresPb.SupportedMethod()
          .setServiceName('event_store.client.streams.streams')
          .setMethodName('batchappend');
        answer(null, new featuresPb.SupportedMethods().setMethodsList([method]));
      },
    });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
    return new ScriptedServer(server, port);
  }

  close(): void {
    this.#server.forceShutdown();
  }
}

const refuse = (): void => undefined;

/** The answer to an append that went well. */
export function success(
  request: streamsPb.BatchAppendReq,
  revision: bigint,
): streamsPb.BatchAppendResp {
  const position = new sharedPb.AllStreamPosition().setCommitPosition(String(revision + 100n));
  return new streamsPb.BatchAppendResp()
    .setCorrelationId(request.getCorrelationId())
    .setSuccess(
      new streamsPb.BatchAppendResp.Success()
        .setCurrentRevision(revision.toString())
        .setPosition(position),
    );
}

/** The refusal of an append because its stream is at `current`. */
export function conflict(
  request: streamsPb.BatchAppendReq,
  current: bigint,
): streamsPb.BatchAppendResp {
  const details = new Any();
  details.pack(
    new sharedPb.WrongExpectedVersion()
      .setCurrentStreamRevision(current.toString())
      .serializeBinary(),
    'event_store.client.WrongExpectedVersion',
  );
  return failure(request, new statusPb.Status().setMessage('conflict').setDetails(details));
}

/** An error without the details that every error of a real server has. */
export function unexplained(request: streamsPb.BatchAppendReq): streamsPb.BatchAppendResp {
  return failure(request, new statusPb.Status().setMessage('something happened'));
}

function failure(
  request: streamsPb.BatchAppendReq,
  status: statusPb.Status,
): streamsPb.BatchAppendResp {
  return new streamsPb.BatchAppendResp()
    .setCorrelationId(request.getCorrelationId())
    .setStreamIdentifier(request.getOptions()?.getStreamIdentifier())
    .setError(status);
}

/** The stream that an append or the read of a stream names. */
export function streamOf(request: streamsPb.BatchAppendReq | streamsPb.ReadReq): string {
  const options = request.getOptions();
  const identifier =
    options instanceof streamsPb.ReadReq.Options
      ? options.getStream()?.getStreamIdentifier()
      : options?.getStreamIdentifier();
  return Buffer.from(identifier?.getStreamName_asU8() ?? []).toString();
}

export function checkpoint(position: bigint): streamsPb.ReadResp {
  return new streamsPb.ReadResp().setCheckpoint(
    new streamsPb.ReadResp.Checkpoint()
      .setCommitPosition(position.toString())
      .setPreparePosition(position.toString()),
  );
}

export function caughtUp(): streamsPb.ReadResp {
  return new streamsPb.ReadResp().setCaughtUp(new streamsPb.ReadResp.CaughtUp());
}

/** An event as it comes over the wire; `data` is text, so that it may be malformed. */
export function event(
  position: bigint,
  {
    id = '00000000-0000-4000-8000-000000000000',
    data = '{"seat":1}',
    metadata = '{}',
    type = 'SeatReserved',
    stream = 'theatre-1',
  } = {},
): streamsPb.ReadResp {
  const recorded = new streamsPb.ReadResp.ReadEvent.RecordedEvent()
    .setId(new sharedPb.UUID().setString(id))
    .setStreamIdentifier(new sharedPb.StreamIdentifier().setStreamName(Buffer.from(stream)))
    .setStreamRevision('0')
    .setCommitPosition(position.toString())
    .setPreparePosition(position.toString())
    .setData(Buffer.from(data))
    .setCustomMetadata(Buffer.from(metadata));
  recorded
    .getMetadataMap()
    .set('type', type)
    .set('content-type', 'application/json')
    .set('created', '17000000000000000');
  return new streamsPb.ReadResp().setEvent(
    new streamsPb.ReadResp.ReadEvent().setEvent(recorded).setCommitPosition(position.toString()),
  );
}

/** A link whose event is gone. */
export function unresolvedLink(position: bigint): streamsPb.ReadResp {
  const link = event(position, { type: '$>', data: '0@gone' }).getEvent()?.getEvent();
  return new streamsPb.ReadResp().setEvent(new streamsPb.ReadResp.ReadEvent().setLink(link));
}
