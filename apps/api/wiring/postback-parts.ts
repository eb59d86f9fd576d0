import { type EventStore } from '#libs/event-store';
import { OutboundSender } from '#libs/outbound';
import {
  CreatePostbackTargetHandler,
  PostbacksClock,
  PostbacksRunner,
  RemovePostbackTargetHandler,
  RotatePostbackSecretHandler,
  TargetBook,
  TryPostbackTargetHandler,
} from '#libs/postbacks';
import { type DataKeys } from '#libs/privacy';
import { type Settings } from '#libs/settings';
import { type Provider, type Type } from '@nestjs/common';
import { PostbackDeliveriesController } from '../postback-targets/postback-deliveries.controller.js';
import { PostbackDeliveryListing } from '../postback-targets/postback-delivery-listing.js';
import { PostbackTargetsController } from '../postback-targets/postback-targets.controller.js';

/** What postbacks to others are configured and tried with. */
export function postbackParts(settings: Settings, store: EventStore, keys: DataKeys) {
  return {
    book: new TargetBook(new PostbacksRunner(store), keys),
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
    ...[TryPostbackTargetHandler, PostbackDeliveryListing],
    { provide: TargetBook, useValue: parts.book },
    { provide: OutboundSender, useValue: parts.sender },
    { provide: PostbacksClock, useValue: parts.clock },
  ];
}
