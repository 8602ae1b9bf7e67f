import type { BrokerStatus } from '../../base/broker-status.js'
import type { PlantOptions } from '../../base/plant.js'

/** The newest that the pipeline thread was told of other threads and of settings that were read again. */
export class ThreadNews {
  journal: { readonly ok: boolean; readonly reason: string } = { ok: true, reason: '' }
  /** Reason why lists of the data directory cannot be read; '' means that all can. */
  unreadLists = ''
  /** External brokers, one each: bounded by the configuration. */
  readonly brokers = new Map<string, BrokerStatus>()
  #plants: readonly PlantOptions[]
  #follow: (plants: readonly PlantOptions[]) => void = () => {}

  constructor(plants: readonly PlantOptions[]) {
    this.#plants = plants
  }

  /** Plants as they are configured now, with their secrets. */
  get plants(): readonly PlantOptions[] {
    return this.#plants
  }

  takePlants(now: readonly PlantOptions[]): void {
    this.#plants = [...now]
    this.#follow(this.#plants)
  }

  /** Calls back whenever the plants are configured otherwise. */
  followPlants(follow: (plants: readonly PlantOptions[]) => void): void {
    this.#follow = follow
  }
}
