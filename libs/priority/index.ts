export { letOthersGoFirst, lowerThread, niceness } from './priority.js';
