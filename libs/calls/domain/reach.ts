/**
 * Whether calls may be led to a host, be it a name or an address. What networks there are is not
 * known in here.
 */
export type MayReach = (host: string) => boolean;

/** For whoever reads what was vouched for before. */
export const ANYWHERE: MayReach = () => true;

/** How a host that is out of bounds is refused. */
export const OUT_OF_REACH = 'must be reached from the internet: no private or local address';
