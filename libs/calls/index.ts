export * from './events.js';
export * from './destinations.js';
