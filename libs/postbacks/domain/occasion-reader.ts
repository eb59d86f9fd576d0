import {
  ABSENT_OCCASIONS,
  POSTBACK_OCCASIONS,
  type PostbackOccasion,
} from './postback-target.events.js';
import { invalidTarget } from './postbacks.errors.js';

/** Every word for an occasion that is understood, also of those that never come. */
export const OCCASION_WORDS: readonly string[] = [
  ...POSTBACK_OCCASIONS,
  ...Object.keys(ABSENT_OCCASIONS),
];

/**
 * Reads when a target is to be told. Throws `validation_failed` with the reason where that never
 * comes: a target that is silently never told would be taken for one that works.
 */
export function readOccasion(word: string): PostbackOccasion {
  const occasion = POSTBACK_OCCASIONS.find((each) => each === word);
  if (occasion !== undefined) return occasion;
  const known = `Choose one of ${POSTBACK_OCCASIONS.join(', ')}.`;
  const why = Object.entries(ABSENT_OCCASIONS).find(([absent]) => absent === word)?.[1] ?? known;
  throw invalidTarget([{ field: 'fire_on', code: 'never_happens', message: why }]);
}
