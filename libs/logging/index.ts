export { processLogger } from './process-logger.js';
