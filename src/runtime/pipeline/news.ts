import type { ReportsOptions } from '../../audit/reports/options.js'
import type { BrokerStatus } from '../../base/broker-status.js'
import type { PlantOptions } from '../../base/plant.js'
import type { RefusedClient } from '../../base/wire/refused-clients.js'
import type { Config } from '../../config/config.js'
import type { NotifyOptions } from '../../notify/options.js'
import type { StoreOptions } from '../../stores/options.js'

/** A section of the settings as it is configured now, with its secrets; one stage may follow it. */
class FollowedSection<T> {
  #now: T
  #follow: (now: T) => void = () => {}

  constructor(now: T) {
    this.#now = now
  }

  get now(): T {
    return this.#now
  }

  take(now: T): void {
    this.#now = now
    this.#follow(now)
  }

  /** Calls back with the section as it is, and whenever it is configured otherwise. */
  follow(follow: (now: T) => void): void {
    this.#follow = follow
    follow(this.#now)
  }
}

/** The newest that the pipeline thread was told of other threads and of settings that were read again. */
export class ThreadNews {
  journal: { readonly ok: boolean; readonly reason: string } = { ok: true, reason: '' }
  /** Reason why lists of the data directory cannot be read; '' means that all can. */
  unreadLists = ''
  /** Exit code with which the simulated devices have ended; null while they send, and where there are none. */
  simulatorsEnded: number | null = null
  /** MQTT clients that are not let in, newest first; the intake bounds them. */
  refusedClients: readonly RefusedClient[] = []
  /** External brokers, one each: bounded by the configuration. */
  readonly brokers = new Map<string, BrokerStatus>()
  /** Takes the id of what a person did that the journal has not taken. */
  actRefused: (id: string) => void = () => {}
  readonly plants: FollowedSection<readonly PlantOptions[]>
  readonly notify: FollowedSection<NotifyOptions>
  readonly store: FollowedSection<StoreOptions>
  readonly reports: FollowedSection<ReportsOptions>

  constructor({ plants, notify, store, reports }: Pick<Config, 'plants' | 'notify' | 'store' | 'reports'>) {
    this.plants = new FollowedSection<readonly PlantOptions[]>(plants)
    this.notify = new FollowedSection(notify)
    this.store = new FollowedSection(store)
    this.reports = new FollowedSection(reports)
  }
}
