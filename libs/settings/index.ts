export { renderConfigurationReference } from './configuration-reference.js';
export { Secret } from './secret.js';
export {
  apiUrlOf,
  callsPerSecondOf,
  processSettings,
  publicBaseUrlOf,
  readSettings,
  type SettingProblem,
  type Settings,
  SettingsError,
  type SettingsSource,
} from './settings.js';
