import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import { type LogFilter, type ReadStreamOptions, type SubscribeOptions } from './port.js';

/** A read or a subscription as the protocol asks for it. */
export type ReadRequest = streamsPb.ReadReq;

const { Options } = streamsPb.ReadReq;
const { FORWARDS, BACKWARDS } = Options.ReadDirection;
const empty = () => new sharedPb.Empty();

/** A checkpoint every `32 × this` considered events: rare enough to cost nothing. */
const CHECKPOINT_INTERVAL = 64;

/** Asks for a part of one stream. */
export function streamRequest(stream: string, part: ReadStreamOptions): ReadRequest {
  const { direction = 'forwards', from, maxCount = Number.MAX_SAFE_INTEGER } = part;
  const which = new Options.StreamOptions().setStreamIdentifier(
    new sharedPb.StreamIdentifier().setStreamName(Buffer.from(stream)),
  );
  if (from !== undefined) which.setRevision(from.toString());
  else if (direction === 'forwards') which.setStart(empty());
  else which.setEnd(empty());
  const options = new Options()
    .setStream(which)
    .setReadDirection(direction === 'forwards' ? FORWARDS : BACKWARDS)
    .setCount(maxCount.toString())
    .setNoFilter(empty());
  return request(options);
}

/** Asks for the last event of the log. */
export function headRequest(): ReadRequest {
  const options = new Options()
    .setAll(new Options.AllOptions().setEnd(empty()))
    .setReadDirection(BACKWARDS)
    .setCount('1')
    .setNoFilter(empty());
  return request(options);
}

/** Asks for the log from a position on, and for what comes later. */
export function subscriptionRequest({ after, ...wanted }: SubscribeOptions): ReadRequest {
  const from = new Options.AllOptions();
  if (after === null) from.setStart(empty());
  else {
    const position = after.toString();
    from.setPosition(
      new Options.Position().setCommitPosition(position).setPreparePosition(position),
    );
  }
  const options = new Options()
    .setAll(from)
    .setSubscription(new Options.SubscriptionOptions())
    .setFilter(filterOptions(wanted));
  return request(options);
}

function filterOptions({ streamPrefixes, typePrefixes }: LogFilter) {
  const prefixes = [...(streamPrefixes ?? typePrefixes)];
  const expression = new Options.FilterOptions.Expression().setPrefixList(prefixes);
  const filter = new Options.FilterOptions()
    .setCount(empty())
    .setCheckpointintervalmultiplier(CHECKPOINT_INTERVAL);
  return typePrefixes === undefined
    ? filter.setStreamIdentifier(expression)
    : filter.setEventType(expression);
}

/**
 * Ids as text, and links as they are: they are never resolved, because what they point at may be
 * gone.
 */
function request(options: streamsPb.ReadReq.Options): ReadRequest {
  const ids = new Options.UUIDOption().setString(empty());
  return new streamsPb.ReadReq().setOptions(options.setUuidOption(ids).setResolveLinks(false));
}
