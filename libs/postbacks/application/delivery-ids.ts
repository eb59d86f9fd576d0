import { v5 as uuidv5 } from 'uuid';

/** Namespace of deliveries’ ids; drawn once, permanent. */
const NAMESPACE = '8d2f1c74-0e5b-4a86-9b3d-6c7a51e2f043';

/** The id of the delivery that tells a target what came of a transfer. */
export function firstDeliveryId(targetId: string, transferId: string): string {
  return uuidv5(`${targetId}|${transferId}`, NAMESPACE);
}

/** The id of the delivery that tells a target what a revenue entry changed. */
export function correctionId(targetId: string, entryId: string): string {
  return uuidv5(`${targetId}|${entryId}`, NAMESPACE);
}
