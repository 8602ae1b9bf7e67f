import type { AclRule } from './options.js'
import { covers } from './topic-filter.js'

/** The deny rules of `mqtt.acl`: what no rule denies is allowed. */
export class Acl {
  #denied: Readonly<Record<AclRule['deny'], readonly string[]>> = { subscribe: [], publish: [] }

  #edition = 0

  constructor(rules: readonly AclRule[]) {
    this.replace(rules)
  }

  /** Counts how often the rules were given. */
  get edition(): number {
    return this.#edition
  }

  replace(rules: readonly AclRule[]): void {
    const topicsOf = (action: AclRule['deny']) => rules.filter((r) => r.deny === action).map((r) => r.topic)
    this.#edition += 1
    this.#denied = { subscribe: topicsOf('subscribe'), publish: topicsOf('publish') }
  }

  mayPublish(topic: string): boolean {
    return !this.#denied.publish.some((filter) => covers(filter, topic))
  }

  /**
   * False when all that the filter could bring is denied. A wider filter is allowed: what is denied is then kept
   * back message by message, with the same question asked of the topic.
   */
  maySubscribe(filter: string): boolean {
    return !this.#denied.subscribe.some((denied) => covers(denied, filter))
  }
}
