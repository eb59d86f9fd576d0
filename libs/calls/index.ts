export * from './events.js';
export { CallsClock } from './application/calls-clock.js';
export * from './scripts.js';
