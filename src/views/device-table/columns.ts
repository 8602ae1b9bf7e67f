/** Devices of the configuration as a table: its columns, and a device as its cells. */

/** An empty cell is a setting that the device does not have. */
export const DEVICE_COLUMNS = ['plant', 'id', 'line', 'role', 'on_change', 'period_s'] as const
export type DeviceColumn = (typeof DEVICE_COLUMNS)[number]
/** Columns without which nobody knows which device a row means. */
export const KEY_COLUMNS = ['plant', 'id'] as const
export type SettingColumn = Exclude<DeviceColumn, 'plant' | 'id'>
export const SETTING_COLUMNS: readonly SettingColumn[] = ['line', 'role', 'on_change', 'period_s']

export type DeviceTree = Readonly<Record<string, unknown>>

export function isTree(value: unknown): value is DeviceTree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export interface PlantDevices {
  readonly id: string
  /** The devices as they stand in the file, right or wrong. */
  readonly devices: readonly unknown[]
}

/** Plants of the settings with their devices, each at its position; one that has no id has an empty one. */
export function plantsOf(settings: unknown): readonly PlantDevices[] {
  const plants = isTree(settings) && Array.isArray(settings.plants) ? settings.plants : []
  return plants.map((plant: unknown) => {
    const { id, devices } = isTree(plant) ? plant : {}
    return { id: typeof id === 'string' ? id : '', devices: Array.isArray(devices) ? devices : [] }
  })
}

/** Text of a setting of a device; periods are written `elec_import_kwh=60 power_kw=5`, in seconds. */
export function cellOf(device: DeviceTree, column: SettingColumn): string {
  if (column !== 'period_s')
    return device[column] === undefined || device[column] === null ? '' : String(device[column])
  const metrics = isTree(device.metrics) ? Object.entries(device.metrics) : []
  return metrics
    .flatMap(([name, options]) => {
      const period = isTree(options) ? options.period_s : undefined
      return period === undefined || period === null ? [] : [`${name}=${String(period)}`]
    })
    .join(' ')
}
