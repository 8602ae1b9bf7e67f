import type { Logger } from 'pino'
import type { Credential } from '../access/credentials.js'
import type { RegisteredDevice } from '../access/registry.js'
import type { Clock } from '../base/clock.js'
import { OpenAccess } from './access.js'
import { Acl } from './acl.js'
import { JournalBacklog } from './backlog.js'
import { BrokerPolicy } from './broker-policy.js'
import { ClientPlaces } from './client-places.js'
import { ClientRates } from './client-rates.js'
import { ConnectThrottle } from './connect-throttle.js'
import { CredentialAccess } from './credential-access.js'
import { EventLoopBudget } from './event-loop-budget.js'
import type { FramingGuard } from './framing-guard.js'
import { UnreadError } from './guard-parts.js'
import { InFlight } from './in-flight.js'
import type { JournalSink } from './journal-sink.js'
import { Journaling } from './journaling.js'
import { KeepAlives } from './keep-alives.js'
import { KeptSessions } from './kept-sessions.js'
import { Limiting } from './limiting.js'
import type { GateParts } from './mqtt5/client-gate.js'
import { DeliveryRoom } from './mqtt5/deliveries.js'
import { SharedSubscriptions } from './mqtt5/shared-subscriptions.js'
import type { MqttOptions } from './options.js'
import { OwnTopics } from './own-topics.js'
import type { Pressure } from './pressure.js'
import { Reconnects } from './reconnects.js'
import { RefusedClients } from './refused-clients.js'
import { RetainedMessages } from './retained.js'
import { SessionQueues } from './session-queues.js'
import { Sockets } from './sockets.js'
import type { IntakeStats } from './stats.js'
import { Subscriptions } from './subscriptions.js'
import { Unsent } from './unsent.js'

/** Devices and credentials by which clients are admitted. */
export interface Admission {
  /** Everybody has to prove who they are. */
  readonly isRequired: boolean
  readonly devices: readonly RegisteredDevice[]
  readonly credentials: readonly Credential[]
}

export type BrokerParts = ReturnType<typeof buildBrokerParts>

/** Builds what stands around aedes: the way into the journal, who may do what, and the bounds. */
export function buildBrokerParts({
  options,
  sink,
  clock,
  log,
  stats,
  admission,
  pressure,
}: {
  readonly options: MqttOptions
  readonly sink: JournalSink
  readonly clock: Clock
  readonly log: Pick<Logger, 'info' | 'warn'>
  readonly stats: IntakeStats
  readonly admission: Admission
  readonly pressure: Pressure | null
}) {
  const { limits } = options
  const backlog = new JournalBacklog()
  const guards = new Set<FramingGuard>()
  const acl = new Acl(options.acl)
  const budget = new EventLoopBudget()
  const journaling = new Journaling(sink, clock, stats, backlog, 'mqtt', budget)
  const limiting = new Limiting(stats, log)
  const subscriptions = new Subscriptions(limits)
  const sessions = new KeptSessions(limits.sessions)
  const retained = new RetainedMessages(limits)
  const queues = new SessionQueues(limits, (client, topic) => limiting.reached('session_queue', { client, topic }))
  const shared = new SharedSubscriptions()
  const unsent = new Unsent(guards, limits.unread_s * 1000, (guard) => guard.destroy(new UnreadError()))
  const keepAlives = new KeepAlives(guards)
  const proofs = new CredentialAccess(new OpenAccess(acl), admission.isRequired, clock, admission.credentials)
  const access = new OwnTopics(proofs, admission.devices)
  const places = new ClientPlaces(limits.connections)
  const refused = new RefusedClients(clock)
  const policy = new BrokerPolicy({
    access,
    limits,
    limiting,
    stats,
    subscriptions,
    sessions,
    retained,
    unsent,
    throttle: new ConnectThrottle(),
    places,
    reconnects: new Reconnects(),
    refused,
  })
  /** Clients of MQTT 5 that have gone and whose will waits; no end of their sessions is journaled before it is published. */
  const absent = new Set<string>()
  const gates: GateParts = { limiting, budget, queues, shared, subscriptions, policy, room: new DeliveryRoom(limits) }
  const rates = new ClientRates(limits, pressure)
  const sockets = new Sockets(limits.unproved, limiting)
  const kept = { sessions, retained, queues, subscriptions, shared, absent }
  const bounded = { ...kept, keepAlives, limiting, unsent, places, rates, sockets, gates }
  return {
    ...bounded,
    backlog,
    guards,
    inFlight: new InFlight(),
    acl,
    budget,
    journaling,
    proofs,
    access,
    policy,
    refused,
  }
}
