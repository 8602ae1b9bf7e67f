import type { RegisteredDevice } from '../../access/registry.js'
import { METRICS } from '../../base/metrics.js'
import type { PlantOptions } from '../../base/plant.js'

type RegisteredPlace = Pick<RegisteredDevice, 'plant' | 'line' | 'device'>

/** The names that people have configured or registered: there is always room for them. */
export class ConfiguredNames {
  readonly #plants = new Set<string>()
  /** Keyed by `plant/line`. */
  readonly #lines = new Set<string>()
  /** By `plant/device`, with the metrics that its configuration names. */
  readonly #devices = new Map<string, ReadonlySet<string>>()

  constructor(plants: readonly PlantOptions[], registry: readonly RegisteredPlace[]) {
    for (const { plant, line, device } of registry) this.#add(plant, line, device, [])
    for (const plant of plants) {
      this.#plants.add(plant.id)
      for (const { id } of plant.lines) this.#lines.add(`${plant.id}/${id}`)
      for (const { id, line, metrics } of plant.devices) this.#add(plant.id, line, id, Object.keys(metrics))
    }
  }

  hasPlant(plant: string): boolean {
    return this.#plants.has(plant)
  }

  hasLine(plant: string, line: string): boolean {
    return this.#lines.has(`${plant}/${line}`)
  }

  hasDevice(plant: string, device: string): boolean {
    return this.#devices.has(`${plant}/${device}`)
  }

  /** A metric of the table, or one that the configuration names: a configured device has only so many of them. */
  hasSeries(plant: string, device: string, metric: string): boolean {
    const named = this.#devices.get(`${plant}/${device}`)
    return named !== undefined && (METRICS.has(metric) || named.has(metric))
  }

  #add(plant: string, line: string | undefined, device: string, metrics: readonly string[]): void {
    this.#plants.add(plant)
    if (line !== undefined) this.#lines.add(`${plant}/${line}`)
    this.#devices.set(`${plant}/${device}`, new Set(metrics))
  }
}
