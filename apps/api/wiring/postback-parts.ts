import { type EventStore } from '#libs/event-store';
import { OutboundSender } from '#libs/outbound';
import {
  CreatePostbackTargetHandler,
  PostbacksClock,
  PostbacksRunner,
  RemovePostbackTargetHandler,
  RetryPostbackHandler,
  RotatePostbackSecretHandler,
  TargetBook,
  TryPostbackTargetHandler,
} from '#libs/postbacks';
import { type DataKeys } from '#libs/privacy';
import { type Settings } from '#libs/settings';
import { type Provider, type Type } from '@nestjs/common';
import { FailedDeliveries } from '../postback-targets/failed-deliveries.js';
import { PostbackDeliveriesController } from '../postback-targets/postback-deliveries.controller.js';
import { PostbackDeliveryListing } from '../postback-targets/postback-delivery-listing.js';
import { PostbackTargetsController } from '../postback-targets/postback-targets.controller.js';

/** What postbacks to others are configured and tried with. */
export function postbackParts(settings: Settings, store: EventStore, keys: DataKeys) {
  const runner = new PostbacksRunner(store);
  return {
    runner,
    book: new TargetBook(runner, keys),
    sender: new OutboundSender({ privateAllowed: settings.outboundPrivateAddresses }),
    clock: new PostbacksClock(),
  };
}

/** What {@link postbackParts} makes. */
export type PostbackParts = ReturnType<typeof postbackParts>;

/** Where people say who is told of calls, and see what was told. */
export const postbackControllers: Type[] = [
  PostbackTargetsController,
  PostbackDeliveriesController,
];

/** What is injected; nothing of it is there while routes are only described. */
export function postbackProviders(parts: Partial<PostbackParts> = {}): Provider[] {
  return [
    ...[CreatePostbackTargetHandler, RotatePostbackSecretHandler, RemovePostbackTargetHandler],
    ...[TryPostbackTargetHandler, RetryPostbackHandler, PostbackDeliveryListing, FailedDeliveries],
    { provide: PostbacksRunner, useValue: parts.runner },
    { provide: TargetBook, useValue: parts.book },
    { provide: OutboundSender, useValue: parts.sender },
    { provide: PostbacksClock, useValue: parts.clock },
  ];
}
