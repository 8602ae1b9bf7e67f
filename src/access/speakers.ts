import { z } from 'zod'
import { EDGE_CLIENT, type IngressKind } from '../base/ingress.js'
import type { DevicePath } from '../base/topic.js'
import type { RegisteredDevice } from './registry.js'

/** Client that a message came from, as the journal has it. */
export interface Speaker {
  readonly ingress: IngressKind
  /** MQTT client id; else `broker:ID`, `edge:ID/PLANT`, `hj212:ADDRESS`, `modbus:ID`, `opcua:ID`. */
  readonly client: string
}

/** Option `auth.speaks_for` of `greengauge.yaml`: who may speak for devices besides those whose client it is. */
export const speaksForOptions = z
  .strictObject({
    client: z.string().min(1).optional().describe('MQTT client id at the embedded broker'),
    broker: z.string().min(1).optional().describe('id of an external broker, as `brokers` has it'),
    edge: z.string().min(1).optional().describe('id of an edge gateway, as its messages have it behind edge:'),
    devices: z
      .array(z.string().regex(/^[a-z0-9_*-]+\/[a-z0-9_*-]+$/, 'PLANT/DEVICE, such as suzhou-1/main-1 or suzhou-1/*'))
      .min(1)
      .describe('PLANT/DEVICE; * stands for any characters'),
  })
  .refine(({ client, broker, edge }) => [client, broker, edge].filter((one) => one !== undefined).length === 1, {
    path: ['client'],
    error: 'one of client, broker and edge',
  })

export type SpeaksFor = z.output<typeof speaksForOptions>

export interface SpeakersDeps {
  readonly registry: readonly RegisteredDevice[]
  readonly grants: readonly SpeaksFor[]
  /** `plant/device` of those in the configuration or the registry. */
  readonly named: ReadonlySet<string>
  /** `auth.required` */
  readonly isRequired: boolean
  /** `mqtt.enabled`: without it no client is proved here, and an external broker speaks for all. */
  readonly isBrokerOn: boolean
}

/**
 * Says whether who sent a message may speak for the device that it becomes. What is published under a topic of our own grammar is
 * judged by topic, where it comes in; this is for what says by its payload, or by settings, whose it is, and for other brokers.
 */
export class Speakers {
  readonly #deps: SpeakersDeps
  /** MQTT client id by `plant/device`. */
  readonly #owners: ReadonlyMap<string, string>
  readonly #clients: ReadonlySet<string>
  readonly #grants: readonly { readonly speaker: string; readonly devices: readonly RegExp[] }[]

  constructor(deps: SpeakersDeps) {
    const owned = deps.registry.flatMap(({ plant, device, client }) =>
      client === undefined ? [] : ([[`${plant}/${device}`, client]] as const),
    )
    this.#deps = deps
    this.#owners = new Map(owned)
    this.#clients = new Set(this.#owners.values())
    this.#grants = deps.grants.map(({ client, broker, edge, devices }) => ({
      speaker:
        client !== undefined ? `mqtt/${client}` : broker !== undefined ? `broker:${broker}` : `${EDGE_CLIENT}${edge}`,
      devices: devices.map(patternOf),
    }))
  }

  /** True when devices are registered with a client. */
  isRegistered({ ingress, client }: Speaker): boolean {
    return ingress === 'mqtt' && this.#clients.has(client)
  }

  /** True when nothing can be foreign at an ingress, so that nobody need look who sent. */
  isOpen(ingress: IngressKind): boolean {
    return ingress === 'mqtt' && this.#owners.size === 0
  }

  /** Reason for which a message may not speak for a device, in words for whoever runs the gateway; null when it may. */
  problemOf({ plant, device }: Pick<DevicePath, 'plant' | 'device'>, speaker: Speaker): string | null {
    const { ingress, client } = speaker
    const key = `${plant}/${device}`
    const [from = '', home] = client.startsWith(EDGE_CLIENT) && ingress !== 'mqtt' ? client.split('/', 2) : [client]
    if (home !== undefined) {
      // Its account at the servers says the plant, and which client speaks for which device there is its own affair.
      if (home === plant || this.#isGranted(from, key)) return null
      return `an edge gateway forwards it for plant ${home}, and it would be ${key}: ${grantOf('edge', from.slice(EDGE_CLIENT.length), key)}`
    }
    // Stations, meters and nodes stand in the settings of these, each with its device.
    if (ingress === 'hj212' || ingress === 'modbus' || ingress === 'opcua') return null
    const owner = this.#owners.get(key)
    if (ingress === 'broker') {
      if (owner === undefined || !this.#deps.isBrokerOn || this.#isGranted(client, key)) return null
      return `device ${key} belongs to MQTT client ${owner} and its message came by ${client}: ${grantOf('broker', client.replace('broker:', ''), key)}`
    }
    if (owner === client || this.#isGranted(`mqtt/${client}`, key)) return null
    if (owner !== undefined) {
      const sender = client === '' ? 'another one' : client
      return `device ${key} belongs to MQTT client ${owner}, and ${sender} sent it: ${grantOf('client', client, key)}`
    }
    const isStrict = this.#deps.isRequired && this.#clients.has(client) && this.#deps.named.has(key)
    if (!isStrict) return null
    return `client ${client} speaks for the devices that are registered with it, and ${key} is not: greengauge device add --client ${client}, or ${grantOf('client', client, key)}`
  }

  #isGranted(speaker: string, key: string): boolean {
    return this.#grants.some((one) => one.speaker === speaker && one.devices.some((device) => device.test(key)))
  }
}

function grantOf(what: 'client' | 'broker' | 'edge', id: string, key: string): string {
  return `auth.speaks_for: [{ ${what}: ${JSON.stringify(id)}, devices: ["${key}"] }] grants it`
}

/** Ids have no characters that mean anything in an expression but `-` outside of brackets, which means itself. */
function patternOf(text: string): RegExp {
  return new RegExp(`^${text.replaceAll('*', '[^/]*')}$`)
}
