/** At what times consumers may be called, for whoever plans or checks calls. */
export { type CallingHours, callingHoursAt } from './domain/hours/calling-hours.js';
export { type Places } from './domain/hours/candidate-zones.js';
