import type { Branded, DataKeyId } from '#libs/kernel';
import type { KeyObject } from 'node:crypto';

/** A key that seals one person's data. Destroying it erases everything sealed with it. */
export interface DataKey {
  readonly id: DataKeyId;
  readonly secret: KeyObject;
}

/** The id of a block of data keys, which are made and stored together. */
export type DataKeyBlockId = Branded<'DataKeyBlockId'>;
