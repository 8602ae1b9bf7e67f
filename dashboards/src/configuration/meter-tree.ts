import type { DeviceSetting } from './settings-tree.js'

/** A device and how many meters lie before it. */
export interface MeterPlace {
  readonly device: DeviceSetting
  readonly depth: number
}

/** Devices as a tree: each right below the one that it lies behind, else in the order of the file. Circles are left as they come. */
export function meterTree(devices: readonly DeviceSetting[]): readonly MeterPlace[] {
  const ids = new Set(devices.map(({ id }) => id))
  const placed = new Set<DeviceSetting>()
  const below = (device: DeviceSetting, depth: number): readonly MeterPlace[] => {
    if (placed.has(device)) return []
    placed.add(device)
    const children = devices.filter(({ parent }) => parent === device.id)
    return [{ device, depth }, ...children.flatMap((child) => below(child, depth + 1))]
  }
  const tops = devices.filter(({ parent }) => parent === undefined || !ids.has(parent))
  return [...tops, ...devices].flatMap((device) => below(device, 0))
}
