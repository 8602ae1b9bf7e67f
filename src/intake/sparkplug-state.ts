import type { Clock } from '../base/clock.js'

/** A message of a Sparkplug host application about itself: QoS 1, retained. Sparkplug 3.0 §4.3, §6.4.30. */
export interface HostStateMessage {
  readonly topic: string
  readonly payload: string
}

/** The two for one connection to a broker: the birth has the time of the will that was given with CONNECT before it. */
export interface HostStates {
  readonly birth: HostStateMessage
  readonly will: HostStateMessage
}

/** Has to be made anew for each CONNECT. */
export function hostStates(hostId: string, nowMs: number): HostStates {
  return { birth: hostState(hostId, true, nowMs), will: hostState(hostId, false, nowMs) }
}

/** Message that says whether the host is there; before an orderly end of a connection it has the time of the end. */
export function hostState(hostId: string, online: boolean, timestamp: number): HostStateMessage {
  return { topic: `spBv1.0/STATE/${hostId}`, payload: JSON.stringify({ online, timestamp }) }
}

/** True when a message under the topic of a host says that it is not there: then the host says at once that it is. */
export function saysOffline(payload: string | Uint8Array): boolean {
  const text = typeof payload === 'string' ? payload : Buffer.from(payload).toString('utf8')
  try {
    return (JSON.parse(text) as { online?: unknown } | null)?.online === false
  } catch {
    return false
  }
}

/** The part of a broker that a host needs. */
export interface HostBroker {
  /** QoS 1; resolves when subscribers have it on its way. */
  publishRetained(topic: string, payload: string): Promise<void>
  /** A client has published under the topic. */
  onPublished(topic: string, listener: (payload: string | Uint8Array) => void): void
}

/** The gateway as host application at its own broker, from its start to its end. Its will is never needed: the two end together. */
export class EmbeddedHost {
  readonly #hostId: string
  readonly #broker: HostBroker
  readonly #clock: Pick<Clock, 'nowMs'>

  private constructor(hostId: string, broker: HostBroker, clock: Pick<Clock, 'nowMs'>) {
    this.#hostId = hostId
    this.#broker = broker
    this.#clock = clock
  }

  static async start(hostId: string, broker: HostBroker, clock: Pick<Clock, 'nowMs'>): Promise<EmbeddedHost> {
    const { topic, payload } = hostStates(hostId, clock.nowMs()).birth
    // tck-id-message-flow-hid-sparkplug-state-message-delivered
    broker.onPublished(topic, (said) => {
      if (saysOffline(said)) void broker.publishRetained(topic, payload)
    })
    await broker.publishRetained(topic, payload)
    return new EmbeddedHost(hostId, broker, clock)
  }

  /** Says that it goes, before the broker does. */
  async end(): Promise<void> {
    const { topic, payload } = hostState(this.#hostId, false, this.#clock.nowMs())
    await this.#broker.publishRetained(topic, payload)
  }
}
