/** Names under which parts without a class of their own are injected. */
export const DATABASE = Symbol('database');
export const EVENT_STORE = Symbol('event store');
export const LOGGER = Symbol('logger');
export const TELEPHONY_ACCOUNT = Symbol('telephony account');
/** The address clients and buyers reach the api by, without a slash at its end. */
export const PUBLIC_BASE_URL = Symbol('public base url');
