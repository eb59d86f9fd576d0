/** Machines are told from people while the script is heard, before it, or not at all. */
export const MACHINE_DETECTIONS = ['async', 'wait', 'off'] as const;

/** One of {@link MACHINE_DETECTIONS}. */
export type MachineDetectionSetting = (typeof MACHINE_DETECTIONS)[number];
