/** Reading what was sent from outside, with everything that is wrong with it named at once. */
export { FieldReader } from './field-reader.js';
export { type IntegerRule, type ListRule, type TextRule } from './field-rules.js';
