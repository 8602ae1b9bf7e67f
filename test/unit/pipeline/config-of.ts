import { type ConfigVersion, configVersion } from '../../../src/base/plant.js'

/** A device of plant `p` as a configuration file gives it. */
export type DeviceText = Readonly<Record<string, unknown>> & { readonly id: string }

/** A configuration entry of the journal with plant `p` and these devices; equal ones have equal hashes. */
export function configEntry(arrivedAt: number, devices: readonly DeviceText[], more: object = {}, timezone = 'UTC') {
  const content = JSON.stringify({ plants: [{ id: 'p', name: {}, timezone, devices }], ...more })
  return { kind: 'config' as const, arrivedAt, hash: content, content }
}

export function version(fromMs: number, devices: readonly DeviceText[]): ConfigVersion {
  return configVersion(configEntry(fromMs, devices))
}
