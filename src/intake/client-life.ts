import type { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import type { Aedes, Client } from 'aedes'
import type { Logger } from 'pino'
import type { BrokerParts } from './broker-parts.js'
import { ConnectionLog } from './connection-log.js'
import { FramingGuard } from './framing-guard.js'
import type { ByteStream } from './listener.js'
import type { MqttOptions } from './options.js'
import type { PublishFastPath } from './publish-fast-path.js'
import type { IntakeStats } from './stats.js'

/** The life of a client at the embedded broker, from its connection to its end. */

/** Follows clients as they come, prove who they are, and go. */
export function followClients(
  aedes: Aedes,
  parts: BrokerParts & {
    readonly stats: IntakeStats
    readonly log: Pick<Logger, 'debug' | 'info' | 'warn'>
    readonly dropSession: (clientId: string) => void
  },
): void {
  const { sockets, rates, subscriptions, sessions, journaling, policy, limiting, stats, log, dropSession } = parts
  aedes.on('connackSent', (connack, client) => {
    if (connack.returnCode !== 0) return
    const guard = client.conn as FramingGuard
    sockets.prove(guard)
    guard.accept(client, rates.of(client.id))
  })
  // A kept session releases its filters earlier, when they are no longer put down; only then is it sure to come in order.
  aedes.on('unsubscribe', (filters, client) => {
    if (client.clean) subscriptions.release(client.id, filters)
  })
  aedes.on('client', (client) => {
    stats.clientCame()
    sessions.forget(client.id)
    journaling.session(client.id, 'begin')
    // Its credential, token or device may have gone while its session was looked up.
    if (!policy.stillHolds(client)) client.close()
  })
  aedes.on('clientDisconnect', (client) => {
    stats.clientWent()
    journaling.session(client.id, 'end')
    rates.left(client.id)
    const dropped = policy.left(client)
    if (dropped !== null) dropSession(dropped)
  })
  const connectionLog = new ConnectionLog(limiting, log)
  const explain = (client: Client, error: Error): void => connectionLog.explain(client, error)
  aedes.on('clientError', explain)
  aedes.on('connectionError', explain)
}

/** Puts every connection behind a framing guard before aedes sees it. */
export function connecting(
  aedes: Aedes,
  parts: BrokerParts & { readonly options: MqttOptions; readonly fastPath: PublishFastPath | null },
): (stream: ByteStream, socket: Socket) => void {
  const { options, limiting, backlog, budget, fastPath, inFlight, guards, sockets, places } = parts
  const bounds = {
    payloadBytesMax: options.max_packet_bytes,
    unreadMs: options.limits.unread_s * 1000,
    onPaced: (guard: FramingGuard, why: 'rate' | 'figures') =>
      limiting.reached(why, { client: clientOf(guard)?.id ?? null, address: guard.remoteAddress }),
  }
  return (stream, socket) => {
    const guard = new FramingGuard(stream, backlog, budget, bounds, fastPath, inFlight)
    guards.add(guard)
    sockets.watch(guard, socket)
    const client = aedes.handle(guard)
    guard.once('close', () => {
      guards.delete(guard)
      places.leave(client)
    })
    countAnswers(client, guard)
    keepRepeatedFilters(client)
  }
}

/** As aedes notes it on the connection. */
function clientOf(guard: FramingGuard): Client | undefined {
  return (guard as { client?: Client }).client
}

/** aedes calls `_nextBatch` of its client when it is done with a packet, once for each, and when it resumes. */
function countAnswers(client: unknown, guard: FramingGuard): void {
  const open = client as { _paused: boolean; _nextBatch(error?: Error): void; resume(): void }
  const nextBatch = open._nextBatch
  open._nextBatch = (error) => {
    guard.answered()
    nextBatch(error)
  }
  open.resume = () => {
    open._paused = false
    nextBatch()
  }
}

/**
 * [MQTT-3.8.4-5] SUBACK has a code for each filter of the SUBSCRIBE, also for one that stands there twice. aedes would
 * put a shorter list in the place of the one that came; so that place does not change.
 */
function keepRepeatedFilters(client: unknown): void {
  const { _parser } = client as { _parser: EventEmitter }
  _parser.prependListener('packet', (packet: { cmd: string; subscriptions?: unknown }) => {
    if (packet.cmd !== 'subscribe') return
    const { subscriptions } = packet
    Object.defineProperty(packet, 'subscriptions', { get: () => subscriptions, set: () => {} })
  })
}
