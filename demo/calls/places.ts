import { type Places } from '#libs/calls';

/** A town, with an area code of its own state. */
export interface Town {
  readonly name: string;
  readonly state: string;
  readonly zip: string;
  readonly areaCode: string;
}

/** Where the numbers of the sandbox are, and whoever else is in Texas. */
export const AUSTIN: Town = { name: 'Austin', state: 'TX', zip: '78701', areaCode: '512' };

/** Five hours behind Texas in summer, four in winter: nobody may be called there at 11:00. */
export const HONOLULU: Town = { name: 'Honolulu', state: 'HI', zip: '96813', areaCode: '808' };

/** Where people may be called at 11:00 in Texas. */
export const TOWNS: readonly Town[] = [
  { name: 'Dallas', state: 'TX', zip: '75201', areaCode: '214' },
  { name: 'Houston', state: 'TX', zip: '77002', areaCode: '713' },
  { name: 'San Antonio', state: 'TX', zip: '78205', areaCode: '210' },
  { name: 'Chicago', state: 'IL', zip: '60601', areaCode: '312' },
  { name: 'St. Louis', state: 'MO', zip: '63101', areaCode: '314' },
  { name: 'Minneapolis', state: 'MN', zip: '55401', areaCode: '612' },
  { name: 'Milwaukee', state: 'WI', zip: '53202', areaCode: '414' },
  { name: 'Denver', state: 'CO', zip: '80202', areaCode: '303' },
  { name: 'Phoenix', state: 'AZ', zip: '85004', areaCode: '602' },
  { name: 'Los Angeles', state: 'CA', zip: '90012', areaCode: '213' },
  { name: 'Seattle', state: 'WA', zip: '98101', areaCode: '206' },
  { name: 'Atlanta', state: 'GA', zip: '30303', areaCode: '404' },
  { name: 'Raleigh', state: 'NC', zip: '27601', areaCode: '919' },
  { name: 'Columbus', state: 'OH', zip: '43215', areaCode: '614' },
  { name: 'New York', state: 'NY', zip: '10001', areaCode: '212' },
  { name: 'Boston', state: 'MA', zip: '02108', areaCode: '617' },
];

/** What the rules on calling hours go by. */
export function placesOf({ state, zip, areaCode }: Town): Places {
  return { state, zip, areaCode, countries: ['US'], isUnread: false };
}
