import type { Socket } from 'node:net'
import type { Aedes, Client } from 'aedes'
import type { Logger } from 'pino'
import { withoutShared } from './bounded-broker.js'
import type { BrokerParts } from './broker-parts.js'
import { endClient } from './client-end.js'
import { ConnectionLog } from './connection-log.js'
import { FramingGuard } from './framing-guard.js'
import { forgetConnect, makeLean } from './lean-client.js'
import type { ByteStream } from './listener.js'
import type { SharedDelivery } from './mqtt5/shared-delivery.js'
import { followWills } from './mqtt5/waiting-wills.js'
import { withoutInherited } from './open-aedes.js'
import type { MqttOptions } from './options.js'
import type { PublishFastPath } from './publish-fast-path.js'
import { Reason } from './reason-codes.js'
import type { IntakeStats } from './stats.js'

/** The life of a client at the embedded broker, from its connection to its end. */

/** Follows clients as they come, prove who they are, and go. */
export function followClients(
  aedes: Aedes,
  parts: BrokerParts & {
    readonly stats: IntakeStats
    readonly log: Pick<Logger, 'debug' | 'info' | 'warn'>
    readonly dropSession: (clientId: string) => void
    readonly sharing: SharedDelivery
  },
): void {
  const { sockets, rates, subscriptions, sessions, journaling, policy, limiting, stats, log, absent } = parts
  const { dropSession, shared, sharing } = parts
  const publishWill = followWills(aedes, (client) => limiting.reached('wills', { client }))
  aedes.on('connackSent', (connack, client) => {
    const { returnCode, reasonCode = returnCode } = connack as { returnCode?: number; reasonCode?: number }
    if (reasonCode !== 0) return
    const guard = client.conn as FramingGuard
    sockets.prove(guard)
    forgetConnect(client)
    guard.accept(client, rates.of(client.id))
  })
  // A kept session releases its filters earlier, when they are no longer put down; only then is it sure to come in order.
  aedes.on('unsubscribe', (filters, client) => {
    if (client.clean) subscriptions.release(client.id, withoutShared(client, filters))
  })
  aedes.on('client', (client) => {
    stats.clientCame()
    sessions.forget(client.id)
    if (!absent.delete(client.id)) journaling.session(client.id, 'begin', client.version)
    // Its credential, token or device may have gone while its session was looked up.
    if (!policy.stillHolds(client)) {
      endClient(client, Reason.notAuthorized, 'its credential, token or device holds no more')
    }
  })
  aedes.on('clientDisconnect', (client) => {
    stats.clientWent()
    const left = (client.conn as FramingGuard).gate?.end() ?? []
    // A client that is back before its will is published was never away.
    if (willWaits(aedes, client.id)) absent.add(client.id)
    else journaling.session(client.id, 'end')
    rates.left(client.id)
    const dropped = policy.left(client, isTakenOver(aedes, client.id))
    if (client.clean) {
      shared.drop(client.id)
      sharing.handOver(left)
    }
    if (dropped === null) return
    publishWill(dropped)
    dropSession(dropped)
  })
  aedes.on('sessionExpired', ({ id }) => {
    sessions.forget(id)
    dropSession(id)
  })
  const connectionLog = new ConnectionLog(limiting, log)
  const explain = (client: Client, error: Error): void => connectionLog.explain(client, error)
  aedes.on('clientError', explain)
  aedes.on('connectionError', explain)
}

/** True while a client that has the same id takes the place of one. */
function isTakenOver(aedes: Aedes, clientId: string): boolean {
  return (aedes as unknown as { _takingOver: ReadonlySet<string> })._takingOver.has(clientId)
}

/** True when a client of MQTT 5 has gone and its will is published later, unless it is back before. */
function willWaits(aedes: Aedes, clientId: string): boolean {
  return (aedes as unknown as { delayedWills: ReadonlyMap<string, unknown> }).delayedWills.has(clientId)
}

/** Puts every connection behind a framing guard before aedes sees it. */
export function connecting(
  aedes: Aedes,
  parts: BrokerParts & { readonly options: MqttOptions; readonly fastPath: PublishFastPath | null },
): (stream: ByteStream, socket: Socket) => void {
  const { options, limiting, backlog, budget, fastPath, inFlight, guards, sockets, places, unsent } = parts
  const bounds = {
    payloadBytesMax: options.max_packet_bytes,
    unreadMs: options.limits.unread_s * 1000,
    onPaced: (guard: FramingGuard, why: 'rate' | 'figures') =>
      limiting.reached(why, { client: clientOf(guard)?.id ?? null, address: guard.remoteAddress }),
  }
  // One listener for all: a closure for each would be kept as long as its connection.
  function closed(this: FramingGuard): void {
    const client = clientOf(this)!
    sockets.left(this)
    client.close()
    guards.delete(this)
    places.leave(client)
  }
  return (stream, socket) => {
    const guard = new FramingGuard(stream, socket, { backlog, budget, bounds, fastPath, inFlight })
    guards.add(guard)
    unsent.watch()
    makeLean(withoutInherited(aedes.handle(guard)), guard)
    guard.on('close', closed)
  }
}

/** As aedes notes it on the connection. */
function clientOf(guard: FramingGuard): Client | undefined {
  return (guard as { client?: Client }).client
}
