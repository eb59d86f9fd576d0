import { type MachineDetection } from '#libs/telephony';
import { type MachineDetectionSetting } from '../domain/dialing.events.js';

/** What the provider is to find out about whoever answers a consumer’s phone. */
export function machinesOn(setting: MachineDetectionSetting, resultUrl: string): MachineDetection {
  return setting === 'async' ? { detection: setting, resultUrl } : { detection: setting };
}
