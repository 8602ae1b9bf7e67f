import type { DeviceOptions, PlantOptions } from '../base/plant.js'
import { Calendar } from './calendar.js'
import { Schedule } from './schedule.js'

/** A plant as one configuration has it: in force for every window whose last instant lies in its time. */
export class PlantVersion {
  /** Place among the versions of its plant. */
  readonly index: number
  /** From when on it is in force, epoch ms; the first one also for all time before. */
  readonly fromMs: number
  /** null while nobody has configured the plant. */
  readonly options: PlantOptions | null
  readonly calendar: Calendar
  readonly schedule: Schedule
  readonly #devices: ReadonlyMap<string, DeviceOptions>

  constructor(index: number, fromMs: number, options: PlantOptions | null) {
    this.index = index
    this.fromMs = fromMs
    this.options = options
    const timezone = options?.timezone ?? 'UTC'
    this.calendar = new Calendar(timezone)
    this.schedule = new Schedule({ timezone, shifts: options?.shifts ?? [], calendar: options?.calendar ?? [] })
    this.#devices = new Map(options?.devices.map((device) => [device.id, device]) ?? [])
  }

  device(id: string): DeviceOptions | undefined {
    return this.#devices.get(id)
  }

  get devices(): Iterable<DeviceOptions> {
    return this.#devices.values()
  }
}

/** The version in force at an instant. */
export function versionAt(versions: readonly PlantVersion[], ms: number): PlantVersion {
  let found = versions[0]!
  for (const version of versions) if (version.fromMs <= ms) found = version
  return found
}
