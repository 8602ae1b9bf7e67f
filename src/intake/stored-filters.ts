import { Qlobber } from 'qlobber'

/** As much of the persistence of aedes as is watched. */
export interface Sessions {
  addSubscriptions(client: { id: string }, subscriptions: readonly { topic: string }[]): Promise<void>
  removeSubscriptions(client: { id: string }, filters: readonly string[]): Promise<void>
  cleanSubscriptions(client: { id: string }): Promise<void>
}

/**
 * The filters of sessions that outlive their connection, so that it can be asked at once, and not in a promise, whether
 * one of them waits for a topic. As many as aedes keeps itself. It knows of a filter before aedes does.
 */
export class StoredFilters {
  #changes = 0
  readonly #byClient = new Map<string, Set<string>>()
  readonly #clients = new Qlobber<string>({
    separator: '/',
    wildcard_one: '+',
    wildcard_some: '#',
    match_empty_levels: true,
  })

  constructor(sessions: Sessions) {
    const add = sessions.addSubscriptions.bind(sessions)
    const remove = sessions.removeSubscriptions.bind(sessions)
    const clean = sessions.cleanSubscriptions.bind(sessions)
    sessions.addSubscriptions = (client, subscriptions) => {
      for (const { topic } of subscriptions) this.#add(client.id, topic)
      return add(client, subscriptions)
    }
    sessions.removeSubscriptions = (client, filters) => {
      for (const filter of filters) this.#remove(client.id, filter)
      return remove(client, filters)
    }
    sessions.cleanSubscriptions = (client) => {
      for (const filter of [...(this.#byClient.get(client.id) ?? [])]) this.#remove(client.id, filter)
      return clean(client)
    }
  }

  /** Grows whenever an answer may have become another. */
  get changes(): number {
    return this.#changes
  }

  matches(topic: string): boolean {
    return this.#clients.match(topic).length > 0
  }

  #add(client: string, filter: string): void {
    const filters = this.#byClient.get(client) ?? new Set()
    this.#byClient.set(client, filters)
    if (filters.has(filter)) return
    filters.add(filter)
    this.#clients.add(filter, client)
    this.#changes += 1
  }

  #remove(client: string, filter: string): void {
    const filters = this.#byClient.get(client)
    if (!filters?.delete(filter)) return
    if (filters.size === 0) this.#byClient.delete(client)
    this.#clients.remove(filter, client)
    this.#changes += 1
  }
}
