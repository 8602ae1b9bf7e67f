import { MINUTE_MS } from '../../src/base/durations.js'
import type { DevicePath } from '../../src/base/topic.js'
import { dateOf, type LocalDay } from '../physics/local-days.js'
import type { PlantModel } from '../physics/plant.js'
import type { Sample, SampleEvent, SimulatedDevice } from '../plant.js'
import { randomStream } from '../random.js'

/** Amounts that people of a plant write down: no meter counts them. */
export interface Logbook {
  /** Diesel that the forklifts are given on a day of work, kg. */
  readonly dieselKg: readonly [min: number, max: number]
  /** Gas that the service fills into the cooling plant, how much, and how often. */
  readonly refrigerant: {
    readonly gas: string
    readonly kg: readonly [min: number, max: number]
    readonly everyDays: number
  }
}

/** Between half past nine and half past eleven, local time; the service comes after noon. */
const DIESEL_MIN = [570, 690] as const
const SERVICE_MIN = [780, 900] as const

/** The book of one plant: a day has its entries, all of them from the key (seed, day). */
export class LogbookDevice implements SimulatedDevice {
  readonly path: DevicePath
  readonly class = 'energy'
  readonly isOnChange = true
  readonly #book: Logbook
  readonly #plant: PlantModel
  readonly #seed: number

  constructor(path: DevicePath, book: Logbook, plant: PlantModel, seed: number) {
    this.path = path
    this.#book = book
    this.#plant = plant
    this.#seed = seed
  }

  samples(fromMs: number, toMs: number): Sample[] {
    const found: Sample[] = []
    for (let at = fromMs; at < toMs; ) {
      const day = this.#plant.days.at(at)
      found.push(...this.#entries(day).filter(({ ts }) => ts >= fromMs && ts < toMs))
      at = day.startMs + day.minutes * MINUTE_MS
    }
    return found
  }

  #entries(day: LocalDay): Sample[] {
    if (this.#plant.week.modeAt(day.weekday, DIESEL_MIN[0]) === 'closed') return []
    const random = randomStream(this.#seed, this.path.device, 'logbook', day.index)
    const between = ([min, max]: readonly [number, number]) => min + (max - min) * random()
    const entry = (minutes: readonly [number, number], event: SampleEvent): Sample => ({
      ts: day.startMs + Math.floor(between(minutes)) * MINUTE_MS,
      metrics: {},
      events: [event],
    })
    const { dieselKg, refrigerant } = this.#book
    const date = dateOf(day)
    const diesel = Math.round(between(dieselKg) * 10) / 10
    const entries = [
      entry(DIESEL_MIN, { id: `diesel-${date}`, type: 'fuel_used', fuel: 'diesel', amount: diesel, unit: 'kg' }),
    ]
    const { gas, kg, everyDays } = refrigerant
    if ((day.index + (this.#seed % everyDays)) % everyDays === 0) {
      const filled = Math.round(between(kg) * 100) / 100
      entries.push(entry(SERVICE_MIN, { id: `refill-${date}`, type: 'refrigerant_refill', gas, kg: filled }))
    }
    return entries
  }
}
