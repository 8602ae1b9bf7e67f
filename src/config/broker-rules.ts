import type { BrokerOptions } from '../intake/bridge/options.js'
import { bringsSparkplug } from '../intake/bridge/presence.js'
import { hostAndPortOf, isSecure } from '../intake/bridge/url.js'
import { covers } from '../intake/topic-filter.js'
import type { ConfigFinding } from './finding.js'
import { LOOPBACK } from './loopback.js'
import { shownValue } from './problems.js'
import type { Config } from './schema.js'
import { pathText, type SettingPath } from './shape.js'
import { givenTwice } from './twofold.js'

export function brokerContradictions({ brokers, sparkplug }: Config): ConfigFinding[] {
  const alone = brokers.flatMap((broker, index) => contradictionsOf(broker, ['brokers', index], sparkplug.host_id))
  return [...alone, ...sharedClientIds(brokers)]
}

function contradictionsOf(broker: BrokerOptions, at: SettingPath, hostId: string | undefined): ConfigFinding[] {
  const findings = givenTwice(broker, at, 'password')
  const find = (key: string, problem: string, remedy: string): void => {
    const value = (broker as Readonly<Record<string, unknown>>)[key]
    findings.push({ path: [...at, key], value: shownValue([...at, key], value), problem, remedy })
  }
  const hasPassword = broker.password !== undefined || broker.password_file !== undefined
  if (hasPassword && broker.username === undefined) {
    find('username', 'is missing, while there is a password', 'add it, or take the password out')
  }
  if (broker.tls !== undefined && !isSecure(broker.url)) {
    find(
      'tls',
      `is for mqtts:// and wss://, and url is ${shownValue([...at, 'url'], broker.url)}`,
      'change url, or take tls out',
    )
  }
  if ((broker.tls?.cert_file === undefined) !== (broker.tls?.key_file === undefined)) {
    find('tls', 'has one of cert_file and key_file', 'give both, or none')
  }
  const { status_topic, topics } = broker
  if (status_topic !== undefined && topics.some((filter) => covers(filter, status_topic))) {
    find('status_topic', 'is among what is subscribed to, as if a device said it', 'choose a topic outside topics')
  }
  if (status_topic !== undefined && hostId !== undefined && bringsSparkplug(topics)) {
    find(
      'status_topic',
      `asks for a last will beside that of sparkplug.host_id ${hostId}, and a connection of MQTT has one`,
      `remove it, spBv1.0/STATE/${hostId} says the same; or fetch Sparkplug by another entry with a client_id of its own`,
    )
  }
  return findings
}

/** Connections with one client id at one broker: of two it ends the older, which comes back and ends the other. */
function sharedClientIds(brokers: readonly BrokerOptions[]): ConfigFinding[] {
  const first = new Map<string, number>()
  return brokers.flatMap(({ url, client_id }, index) => {
    const { host, port } = hostAndPortOf(url)
    const key = `${host} ${port} ${client_id}`
    const earlier = first.get(key)
    if (earlier === undefined) {
      first.set(key, index)
      return []
    }
    const path = ['brokers', index, 'client_id']
    const problem = `is that of ${pathText(['brokers', earlier])} at the same broker, and each would end the other`
    return [
      { path, value: shownValue(path, client_id), problem, remedy: 'give each connection a client id of its own' },
    ]
  })
}

export function brokerDoubts({ brokers }: Config): ConfigFinding[] {
  return brokers.flatMap(({ url, username }, index): ConfigFinding[] => {
    if (username === undefined || isSecure(url) || LOOPBACK.test(hostAndPortOf(url).host)) return []
    const path = ['brokers', index, 'url']
    const problem = 'lets the password go over the network as it is'
    return [{ path, value: shownValue(path, url), problem, remedy: 'use mqtts:// or wss://' }]
  })
}
