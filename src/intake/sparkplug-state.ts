import type { Logger } from 'pino'
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
  private constructor(
    private readonly hostId: string,
    private readonly broker: HostBroker,
    private readonly clock: Pick<Clock, 'nowMs'>,
    private readonly log: Pick<Logger, 'warn'>,
  ) {}

  /** Rejects when the broker does not take the birth. */
  static async start(
    hostId: string,
    broker: HostBroker,
    clock: Pick<Clock, 'nowMs'>,
    log: Pick<Logger, 'warn'>,
  ): Promise<EmbeddedHost> {
    const { birth } = hostStates(hostId, clock.nowMs())
    const host = new EmbeddedHost(hostId, broker, clock, log)
    // tck-id-message-flow-hid-sparkplug-state-message-delivered
    broker.onPublished(birth.topic, (said) => {
      if (saysOffline(said)) void host.#say(birth)
    })
    await broker.publishRetained(birth.topic, birth.payload)
    return host
  }

  /** Says that it goes, before the broker does. */
  end(): Promise<void> {
    return this.#say(hostState(this.hostId, false, this.clock.nowMs()))
  }

  /** Never rejects: what hosts say of themselves is no reason to end. */
  async #say({ topic, payload }: HostStateMessage): Promise<void> {
    try {
      await this.broker.publishRetained(topic, payload)
    } catch (error) {
      this.log.warn(
        { topic, reason: (error as Error).message },
        'the state of the Sparkplug host could not be published',
      )
    }
  }
}
