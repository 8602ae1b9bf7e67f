import { Qlobber } from 'qlobber'
import { filterBehind } from './shared-filter.js'

/** All members are looked at when none is ready, for each message: so they are few. */
export const MEMBERS_MAX = 1000

/** One client of a group, with the options of its subscription. */
export interface SharedMember {
  readonly clientId: string
  readonly qos: 0 | 1 | 2
  readonly isAsPublished: boolean
  /** Subscription identifier; null without one. */
  readonly identifier: number | null
}

/** The clients that share one filter under one name. */
export interface SharedGroup {
  /** The whole filter begins with `$share/` and the name. */
  readonly filter: string
  /** The member whose turn was longest ago stands first; keys are client ids. */
  readonly members: Map<string, SharedMember>
}

/** Shared subscriptions of clients that are there, and of sessions. */
export class SharedSubscriptions {
  readonly #groups = new Map<string, SharedGroup>()
  readonly #filters = new Map<string, Set<string>>()
  readonly #byTopic = new Qlobber<SharedGroup>({
    separator: '/',
    wildcard_one: '+',
    wildcard_some: '#',
    match_empty_levels: true,
  })

  get isEmpty(): boolean {
    return this.#groups.size === 0
  }

  /** Groups that get a message under this topic. */
  groupsOf(topic: string): readonly SharedGroup[] {
    const groups = this.#byTopic.match(topic)
    // [MQTT-4.7.2-1] A wildcard at the start matches no topic that starts with "$".
    return topic.startsWith('$') ? groups.filter(({ filter }) => filterBehind(filter).startsWith('$')) : groups
  }

  group(filter: string): SharedGroup | undefined {
    return this.#groups.get(filter)
  }

  filtersOf(clientId: string): readonly string[] {
    return [...(this.#filters.get(clientId) ?? [])]
  }

  /** False when the group has as many members as it may. */
  join(filter: string, member: SharedMember): boolean {
    let group = this.#groups.get(filter)
    if (group === undefined) {
      group = { filter, members: new Map() }
      this.#groups.set(filter, group)
      this.#byTopic.add(filterBehind(filter), group)
    }
    if (group.members.size >= MEMBERS_MAX && !group.members.has(member.clientId)) return false
    group.members.set(member.clientId, member)
    const filters = this.#filters.get(member.clientId)
    if (filters === undefined) this.#filters.set(member.clientId, new Set([filter]))
    else filters.add(filter)
    return true
  }

  /** False when it was no member. */
  leave(filter: string, clientId: string): boolean {
    const group = this.#groups.get(filter)
    if (group === undefined || !group.members.delete(clientId)) return false
    if (group.members.size === 0) {
      this.#groups.delete(filter)
      this.#byTopic.remove(filterBehind(filter), group)
    }
    const filters = this.#filters.get(clientId)
    filters?.delete(filter)
    if (filters?.size === 0) this.#filters.delete(clientId)
    return true
  }

  /** Its session is over. */
  drop(clientId: string): void {
    for (const filter of this.filtersOf(clientId)) this.leave(filter, clientId)
  }
}
