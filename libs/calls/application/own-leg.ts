import { type VoiceReport } from '#libs/telephony';

/** The provider’s name for a leg: of a call or transfer, as far as it is known, or of who asks. */
type Leg = Pick<VoiceReport, 'providerCallId'>;
type KnownLeg = { readonly [Name in keyof Leg]: Leg[Name] | null };

/**
 * Whether a request comes from the very leg of a call or a transfer, whose name is known once it
 * was answered. All legs of an account are signed alike, and whoever says what one of them is to do
 * can have it ask about any call (SE-3).
 */
export function isOwnLeg(known: KnownLeg, { providerCallId }: Leg): boolean {
  return known.providerCallId === providerCallId;
}

/** Whether it comes from another leg; for a moment after the order nobody knows the right one. */
export function isForeignLeg(known: KnownLeg, leg: Leg): boolean {
  return known.providerCallId !== null && !isOwnLeg(known, leg);
}
