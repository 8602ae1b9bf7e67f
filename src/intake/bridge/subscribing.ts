import type { ISubscriptionMap, MqttClient } from 'mqtt'
import type { BrokerOptions } from './options.js'

/** MQTT 5 §3.9.3: from here on a code of a SUBACK is a refusal. */
const REFUSED = 0x80
const SHARED = '$share/'

export interface Granted {
  /** Topic filters that are subscribed to now. */
  readonly filters: readonly string[]
  /** Says what the broker did not grant, and what to do; '' when it granted all. */
  readonly problem: string
}

/**
 * Subscribes to what the configuration wants, and leaves what the session still has of an earlier one. `granted` is
 * called with the broker's answer, and not at all when the connection ends before it.
 *
 * @param heard a topic that is subscribed to besides, never shared, and with what we publish there ourselves
 */
export function subscribe(
  client: MqttClient,
  options: Pick<BrokerOptions, 'topics' | 'share' | 'qos'>,
  heard: string | null,
  kept: readonly string[],
  granted: (granted: Granted) => void,
): void {
  const { qos } = options
  const fetched = filtersOf(options)
  const filters = heard === null ? fetched : [...new Set([...fetched, heard])]
  const left = kept.filter((filter) => !filters.includes(filter))
  if (left.length > 0) client.unsubscribe(left, ignore)
  client.subscribe(wanted(filters, heard, qos), (_error, _subscriptions, suback) => {
    const codes = suback?.granted as readonly number[] | undefined
    if (codes === undefined) return
    const answered = filters.map((filter, i) => ({ filter, code: codes[i] ?? REFUSED }))
    const refused = answered.filter(({ code }) => code >= REFUSED)
    const lowered = answered.filter(({ code }) => code < qos)
    const problems = [
      ...refused.map(({ filter, code }) => `it refuses ${filter} (0x${code.toString(16)}): let our user read it`),
      ...lowered.map(({ filter }) => `it grants ${filter} with QoS 0 only: what is under way can be lost; allow QoS 1`),
    ]
    granted({
      filters: answered.filter(({ code }) => code < REFUSED).map(({ filter }) => filter),
      problem: problems.join('; '),
    })
  })
}

/** As they stand in the SUBSCRIBE. */
function filtersOf({ topics, share }: Pick<BrokerOptions, 'topics' | 'share'>): readonly string[] {
  return share === undefined ? topics : topics.map((topic) => `${SHARED}${share}/${topic}`)
}

/**
 * Without local: what we say there ourselves is no message of a device; of a shared subscription it may not be asked
 * [MQTT-3.8.3-4], and under `heard` the will of an earlier connection of ours has to come through. Retained messages when
 * the subscription is new, not at each connection (MQTT 3.1.1 sends them each time); the flag tells them from those that
 * are sent now.
 */
function wanted(filters: readonly string[], heard: string | null, qos: 0 | 1): ISubscriptionMap {
  const isOwnLeftOut = (filter: string) => filter !== heard && !filter.startsWith(SHARED)
  const options = (filter: string) => ({ qos, nl: isOwnLeftOut(filter), rap: false, rh: 1 })
  return Object.fromEntries(filters.map((filter) => [filter, options(filter)]))
}

function ignore(): void {}
