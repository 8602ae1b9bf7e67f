import { Temporal } from 'temporal-polyfill'

/** Days of a table as instants of one plant's zone. Used when a book is made, never for a window. */
export class PlantDays {
  readonly #zone: string

  constructor(zone: string) {
    this.#zone = zone
  }

  /** When a day begins, epoch ms. */
  startMs(day: string): number {
    return Temporal.PlainDate.from(day).toZonedDateTime(this.#zone).epochMilliseconds
  }

  /** When a day is over, epoch ms; Infinity for null. */
  endMs(day: string | null): number {
    if (day === null) return Infinity
    return Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime(this.#zone).epochMilliseconds
  }
}
