import { Temporal } from 'temporal-polyfill'
import { startOfDayIn } from '../../base/days-in-zone.js'
import type { DeviceOptions } from '../../base/plant.js'

/** Days of tables and settings as instants of one plant's zone; a time is what it is. Not for every window: it is slow. */
export class PlantDays {
  readonly #zone: string

  constructor(zone: string) {
    this.#zone = zone
  }

  startMs(day: string): number {
    if (isTime(day)) return Date.parse(day)
    return startOfDayIn(this.#zone, day)
  }

  /** End of a day, epoch ms; Infinity for null. */
  endMs(day: string | null): number {
    if (day === null) return Infinity
    if (isTime(day)) return Date.parse(day)
    return Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime(this.#zone).epochMilliseconds
  }
}

/** Instant from which a device is out of service, epoch ms; Infinity for one that is not. */
export function retiredFromMs(device: Pick<DeviceOptions, 'retired_from'> | undefined, zone = 'UTC'): number {
  return device?.retired_from === undefined ? Infinity : new PlantDays(zone).startMs(device.retired_from)
}

function isTime(text: string): boolean {
  return text.includes('T')
}
