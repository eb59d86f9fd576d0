/** Where in the log a change is; a later read may wait for it with `?waitFor=`. */
export const POSITION_HEADER = 'x-leadledger-position';
