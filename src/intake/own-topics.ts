import type { RegisteredDevice } from '../access/registry.js'
import type { Access, ConnectCredentials, ConnectRefusal, Principal } from './access.js'
import { covers } from './topic-filter.js'

/** Topics of the devices of one client. */
interface Owned {
  readonly filters: readonly string[]
  readonly isDisabled: boolean
}

/**
 * Devices that are registered with an MQTT client have their topics for themselves: that client may use no others, and
 * nobody else may publish there. What remains is as another access says.
 */
export class OwnTopics implements Access {
  #byClient: ReadonlyMap<string, Owned> = new Map()
  /** `plant/device` of those with a client, which is how nearly all topics are found. */
  #devices: ReadonlySet<string> = new Set()
  #otherFilters: readonly string[] = []
  #replaced = 0

  constructor(
    private readonly others: Access,
    devices: readonly RegisteredDevice[],
  ) {
    this.replace(devices)
  }

  get edition(): number {
    return this.others.edition + this.#replaced
  }

  replace(devices: readonly RegisteredDevice[]): void {
    const byClient = new Map<string, Owned>()
    const withClient = devices.flatMap((one) => (one.client === undefined ? [] : [{ ...one, client: one.client }]))
    for (const one of withClient) {
      const before = byClient.get(one.client)
      const filters = [...(before?.filters ?? []), ...filtersOf(one)]
      byClient.set(one.client, { filters, isDisabled: one.disabled && (before?.isDisabled ?? true) })
    }
    this.#byClient = byClient
    this.#devices = new Set(withClient.map(({ plant, device }) => `${plant}/${device}`))
    this.#otherFilters = withClient.flatMap(({ topics }) => topics)
    this.#replaced += 1
  }

  clientOf(credentials: Omit<ConnectCredentials, 'password'>): string {
    return this.others.clientOf?.(credentials) ?? credentials.clientId
  }

  admit(credentials: ConnectCredentials): Principal | ConnectRefusal {
    const { clientId } = credentials
    const principal = this.others.admit(credentials)
    if ('connackCode' in principal) return principal
    if (this.isDisabled(clientId)) {
      return {
        connackCode: 5,
        sentence: `the device of client ${clientId} is disabled; greengauge device enable takes it back`,
      }
    }
    return new PrincipalWithTopics(this, clientId, principal)
  }

  isDisabled(client: string): boolean {
    return this.#byClient.get(client)?.isDisabled === true
  }

  hasOwn(client: string): boolean {
    return this.#byClient.has(client)
  }

  owns(client: string, filter: string): boolean {
    const owned = this.#byClient.get(client)
    if (owned === undefined) return false
    return !owned.isDisabled && owned.filters.some((own) => covers(own, filter))
  }

  isSomebodys(topic: string): boolean {
    const [root, plant, , device] = topic.split('/', 5)
    if (root === 'plants' && this.#devices.has(`${plant}/${device}`)) return true
    return this.#otherFilters.some((filter) => covers(filter, topic))
  }
}

/** Rights of one connection. Everything is asked anew each time: what is registered may change while it is connected. */
class PrincipalWithTopics implements Principal {
  constructor(
    private readonly topics: OwnTopics,
    private readonly clientId: string,
    private readonly principal: Principal,
  ) {}

  get isProved(): boolean {
    return this.principal.isProved ?? false
  }

  holds(): boolean {
    return (this.principal.holds?.() ?? true) && !this.topics.isDisabled(this.clientId)
  }

  mayPublish(topic: string): boolean {
    const { topics, clientId, principal } = this
    if (!principal.mayPublish(topic)) return false
    return topics.owns(clientId, topic) || (this.#reach !== 'own' && !topics.isSomebodys(topic))
  }

  maySubscribe(filter: string): boolean {
    return this.principal.maySubscribe(filter) && this.#mayHear(filter)
  }

  mayReceive(topic: string): boolean {
    return this.principal.mayReceive(topic) && this.#mayHear(topic)
  }

  get #reach(): NonNullable<Principal['reach']> {
    return this.principal.reach ?? (this.topics.hasOwn(this.clientId) ? 'own' : 'all')
  }

  #mayHear(filter: string): boolean {
    if (this.topics.owns(this.clientId, filter)) return true
    const reach = this.#reach
    return isWithin(reach, filter) && (reach === 'all' || !this.topics.isSomebodys(filter))
  }
}

/** Says that a Sparkplug host is there; of use to every edge node, and no secret. */
const TOLD_TO_ALL = 'spBv1.0/STATE/+'
/** Topics under which devices are told that something of theirs was rejected, and get commands of Sparkplug. */
const TOLD_TO_DEVICES = ['plants/+/+/+/rejected', 'spBv1.0/+/NCMD/+', 'spBv1.0/+/DCMD/+/+']

/** True when a filter that is not a client's own is one that it may have all the same. */
function isWithin(reach: Principal['reach'], filter: string): boolean {
  if (reach === 'all' || covers(TOLD_TO_ALL, filter)) return true
  return reach === 'free' && TOLD_TO_DEVICES.some((told) => covers(told, filter))
}

/** Topic filters of what a device publishes and is told. */
export function filtersOf({ plant, device, topics }: Pick<RegisteredDevice, 'plant' | 'device' | 'topics'>): string[] {
  return [`plants/${plant}/+/${device}/#`, ...topics]
}
