export * from './events.js';
export * from './postbacks.js';
export * from './settings.js';
export * from './statements.js';
