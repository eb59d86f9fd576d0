import { type MachineDetection } from '#libs/telephony';
import { type MachineDetectionSetting } from '../domain/machine-detection.js';

/** What the provider is to find out about whoever answers a consumer’s phone. */
export function machinesOn(setting: MachineDetectionSetting, resultUrl: string): MachineDetection {
  return setting === 'async' ? { detection: setting, resultUrl } : { detection: setting };
}

/** Where keys are pressed once connected, such as an extension, the provider tells no machines. */
export function detectionFor<Setting extends MachineDetectionSetting>(
  setting: Setting,
  sendDigits: string | null,
): Setting | 'off' {
  return sendDigits === null ? setting : 'off';
}
