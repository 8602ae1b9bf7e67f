import type { RegisteredDevice } from '../../access/registry.js'
import { CLIENT_ROLES } from '../../base/client-roles.js'
import { systemClock } from '../../base/clock.js'
import type { IngressKind } from '../../base/ingress.js'
import { METRICS } from '../../base/metrics.js'
import type { MqttVersion } from '../../base/mqtt-version.js'
import { QUALITIES, type Quality } from '../../base/quality.js'
import { ReadingBlock } from '../../base/reading-block.js'
import { REJECT_REASONS } from '../../base/reasons.js'
import { topicOf } from '../../base/topic.js'
import type { Rejection } from '../../base/wire.js'
import type { LoadedConfig } from '../../config/config.js'
import type { DecodeRules } from '../../decode/decode.js'
import { type DecodedMessage, type DeviceShare, rejectionsOf } from '../../decode/decoded-message.js'
import { Decoder } from '../../decode/decoder.js'
import type { BytesIncoming } from '../../decode/dialect.js'
import { registrationFault } from '../../decode/registration.js'
import { type Access, type ConnectRefusal, OpenAccess, type Principal } from '../../intake/access.js'
import { Acl } from '../../intake/acl.js'
import { CredentialAccess } from '../../intake/credential-access.js'
import { SAMPLE_BYTES_MAX } from '../../intake/discarded.js'
import { filtersOf, OwnTopics } from '../../intake/own-topics.js'
import { isReservedForReplies } from '../../intake/replies.js'
import { isModest } from '../../intake/subscriptions.js'
import { covers } from '../../intake/topic-filter.js'
import { Configs } from '../../pipeline/configs.js'
import { onWire } from '../../pipeline/last-messages.js'
import { ownFilters, ownTopicRules } from '../../results/topics.js'
import { contentFound, refusalOutcome, type SupposedProperties } from './properties.js'

/** A message as it would come. */
export interface TestMessage {
  readonly topic: string
  readonly payload: Buffer
}

/** Account of what would become of a message, as JSON has it. */
export interface Explained {
  readonly topic: string
  readonly door: IngressKind
  readonly size_bytes: number
  /** Things that are looked at, in order, each with what was found. */
  readonly steps: readonly Step[]
  readonly readings: readonly ExplainedReading[]
  readonly events: number
  /** All of them, each with what its reason means. */
  readonly rejections: readonly (Rejection & { readonly meaning: string })[]
  /** Topics under which the gateway would tell devices something. */
  readonly notices: readonly string[]
  /** True when something of it, or all that there is to it, is taken. */
  readonly accepted: boolean
}

export interface Step {
  readonly step: 'door' | 'size' | 'content' | 'language' | 'device' | 'left_out' | 'reply' | 'outcome'
  readonly found: string
}

export interface ExplainedReading {
  readonly plant: string
  readonly line: string
  readonly device: string
  readonly metric: string
  readonly value: number | string
  readonly unit: string
  /** RFC 3339. */
  readonly ts: string
  /** The device gives no time: it is that of the arrival. */
  readonly ts_assumed: boolean
  readonly quality: Quality
  /** True when figures are computed of it; otherwise it is only kept. */
  readonly in_figures: boolean
}

/** Way by which the messages come. */
export interface Arrival {
  readonly door: IngressKind
  /** MQTT client id; absent for the one that a registered device has, or any. */
  readonly client?: string | undefined
  /** Version of MQTT that it speaks; absent where nothing is said of one alone. */
  readonly mqtt?: MqttVersion | undefined
  readonly properties?: SupposedProperties | undefined
  /** Arrival of all of them, epoch ms. */
  readonly arrivedAt: number
}

/**
 * Explains what would become of messages that came one after the other, by the configuration and the registry and by nothing
 * that has come before. Decoded as the gateway does it; nothing is sent and nothing kept.
 */
export function explain(loaded: LoadedConfig, messages: readonly TestMessage[], coming: Arrival): readonly Explained[] {
  const { config, hash, content } = loaded
  const { rules } = new Configs([], { hash, content, plants: config.plants })
  const decoder = new Decoder({ namesLeftOut: true })
  return messages.map((message) => explained(loaded, message, coming, rules, decoder))
}

function explained(
  loaded: LoadedConfig,
  { topic, payload }: TestMessage,
  coming: Arrival,
  rules: DecodeRules,
  decoder: Decoder,
): Explained {
  const { door, client, arrivedAt, properties = {} } = coming
  const sizeBytesMax = loaded.config.mqtt.max_packet_bytes
  const about = { topic, door, size_bytes: payload.length }
  const admission = admissionOf(loaded, topic, door, client)
  if (!admission.isLetThrough) {
    const steps: Step[] = [
      { step: 'door', found: admission.found },
      { step: 'outcome', found: refusalOutcome(coming.mqtt) },
    ]
    return { ...about, steps, readings: [], events: 0, rejections: [], notices: [], accepted: false }
  }
  const isLarge = payload.length > sizeBytesMax
  const kept = isLarge ? payload.subarray(0, SAMPLE_BYTES_MAX) : payload
  const message: BytesIncoming = {
    topic,
    payload: kept,
    body: kept,
    payloadStart: 0,
    payloadEnd: kept.length,
    arrivedAt,
    retain: false,
    fullSizeBytes: isLarge ? payload.length : null,
    ingress: door,
    client: client ?? ownerOf(loaded.registry, topic)?.client ?? '',
  }
  const block = new ReadingBlock()
  const taken = decoder.take(message, rules, block, 1)
  const parts = [taken, ...taken.others]
  const told = decoder.takeNotices().map((notice) => notice.topic)
  const refusedAt = parts.flatMap(({ path, rejected }) =>
    path === null || rejected.length === 0 ? [] : topicOf(path, 'rejected'),
  )
  const { contentType, responseTopic } = properties
  const reply = responseTopic === undefined ? null : replyTo(loaded, responseTopic, topic, coming)
  const isRejected = parts.some(({ rejected }) => rejected.length > 0)
  return {
    ...about,
    steps: [
      { step: 'door', found: admission.found },
      { step: 'size', found: `${payload.length} bytes; mqtt.max_packet_bytes allows ${sizeBytesMax}` },
      ...(contentType === undefined ? [] : [{ step: 'content', found: contentFound(contentType, kept) } as const]),
      { step: 'language', found: decoder.languageOf(message, rules) },
      ...parts.map(({ path }): Step => ({ step: 'device', found: whoIs(path, loaded, rules) })),
      ...(taken.leftOut ?? []).map(({ name, why }): Step => ({ step: 'left_out', found: `${name}: ${why}` })),
      ...(reply === null ? [] : [{ step: 'reply', found: reply.found } as const]),
      { step: 'outcome', found: outcomeOf(taken, parts) },
    ],
    readings: readingsIn(block),
    events: parts.reduce((sum, { events }) => sum + events.length, 0),
    rejections: rejectionsOf(taken).map((one) => ({ ...onWire(one), meaning: REJECT_REASONS[one.reason] })),
    notices: [...told, ...refusedAt, ...(reply?.isTold === true && isRejected ? [responseTopic!] : [])],
    accepted: taken.isDecoded,
  }
}

/** Decision whether rejections are told under a topic that the message names, and the sentence that says it. */
function replyTo(
  loaded: LoadedConfig,
  responseTopic: string,
  topic: string,
  { door, client }: Arrival,
): { readonly isTold: boolean; readonly found: string } {
  const no = (why: string) => ({ isTold: false, found: `nothing is told under ${responseTopic}: ${why}` })
  if (door !== 'mqtt') return no('the rights of its sender are known at another broker')
  if (responseTopic === topic) return no('it is the topic of the message itself')
  if (isReservedForReplies(responseTopic)) {
    return no('a filter, a topic that begins with $ or spBv1.0/, or one of the messages of devices is no place for it')
  }
  if (!isModest(responseTopic, loaded.config.mqtt.limits)) {
    return no('it has more levels or bytes than mqtt.limits allows (topic_levels, topic_bytes)')
  }
  const principal = principalOf(loaded, client ?? ownerOf(loaded.registry, topic)?.client ?? '')
  if ('connackCode' in principal) return no(principal.sentence)
  if (!principal.maySubscribe(responseTopic)) return no('the client may not subscribe to it')
  if (!principal.mayPublish(responseTopic)) return no('the client may not publish to it')
  return { isTold: true, found: `what is rejected of it is told under ${responseTopic} too, at QoS 1` }
}

/** Rights of a client that has proven itself: its secret is not known here, nor is it asked for. */
function principalOf({ config, registry, credentials }: LoadedConfig, clientId: string): Principal | ConnectRefusal {
  const acl = new Acl([...config.mqtt.acl, ...ownTopicRules(config.results)])
  const proofs = new CredentialAccess(new OpenAccess(acl), config.auth.required, systemClock, credentials)
  const proven: Access = { edition: 0, admit: (about) => proofs.supposing(about) }
  const unsaid = { username: undefined, password: undefined, certificateSubject: null }
  return new OwnTopics(proven, registry).admit({ clientId, ...unsaid })
}

/** Decision of the ingress on a message, and the sentence that says it. */
function admissionOf(
  loaded: LoadedConfig,
  topic: string,
  door: IngressKind,
  client: string | undefined,
): { readonly isLetThrough: boolean; readonly found: string } {
  const { config, registry, credentials } = loaded
  if (door !== 'mqtt') return { isLetThrough: true, found: `${door}: whatever comes this way is kept` }
  const no = (why: string) => ({ isLetThrough: false, found: `the embedded broker refuses it: ${why}` })
  if (/[+#]/.test(topic)) return no('+ and # stand in topic filters only, not in a topic [MQTT-3.3.2-2]')
  if (topic.startsWith('$SYS/')) return no('$SYS/ topics are reserved')
  const own = ownFilters(config.results).find((filter) => covers(filter, topic))
  if (own !== undefined) return no(`under ${own} the gateway alone publishes, its figures (results.enabled)`)
  const acl = new Acl(config.mqtt.acl)
  const owner = ownerOf(registry, topic)
  const clientId = client ?? owner?.client ?? ''
  const admitted = principalOf(loaded, clientId)
  if ('connackCode' in admitted) return no(admitted.sentence)
  if (admitted.mayPublish(topic)) {
    const as = clientId === '' ? '' : ` of client ${clientId}`
    return { isLetThrough: true, found: `the embedded broker takes it${as}: no rule of mqtt.acl denies this topic` }
  }
  if (!acl.mayPublish(topic)) return no('mqtt.acl denies publishing to this topic')
  if (owner !== undefined && owner.client !== clientId) {
    return no(`the topic belongs to ${owner.plant}/${owner.line}/${owner.device}, whose client is ${owner.client}`)
  }
  const role = credentials.find((one) => one.client === clientId)?.role ?? 'device'
  if (role !== 'device') return no(`client ${clientId} is a ${role}: it ${CLIENT_ROLES[role]}`)
  return no(`client ${clientId} is registered for other topics; greengauge device add gives it more (--topic)`)
}

/** The registered device with a client whose topic it is. */
function ownerOf(registry: readonly RegisteredDevice[], topic: string): RegisteredDevice | undefined {
  return registry.find((one) => one.client !== undefined && filtersOf(one).some((filter) => covers(filter, topic)))
}

function whoIs(path: DeviceShare['path'], { config, registry }: LoadedConfig, rules: DecodeRules): string {
  if (path === null) return 'nobody can tell whose it is'
  const { plant, line, device } = path
  const refused = registrationFault(path, rules)
  if (refused !== null) return `${plant}/${line}/${device} is refused: ${refused.detail}`
  const configured = config.plants.find(({ id }) => id === plant)?.devices.find(({ id }) => id === device)
  const registered = registry.find((one) => one.plant === plant && one.device === device)
  const known = [
    ...(configured === undefined ? [] : [`configured${configured.role === undefined ? '' : ` as ${configured.role}`}`]),
    ...(registered === undefined ? [] : [`registered since ${registered.since}`]),
  ]
  if (known.length > 0) return `${plant}/${line}/${device} is ${known.join(' and ')}`
  return `${plant}/${line}/${device} is in neither the configuration nor the registry: it is taken, and shown as unconfigured (auth.devices: any)`
}

function outcomeOf({ isDecoded, status, ignoredBy }: DecodedMessage, parts: readonly DeviceShare[]): string {
  const sum = (count: (part: DeviceShare) => number) => parts.reduce((total, part) => total + count(part), 0)
  const refused = sum(({ rejected }) => rejected.length)
  const left = 'the message is kept in quarantine and can be tried again (POST /api/v1/quarantine/ID/retry)'
  if (!isDecoded) return `nothing of it is taken; ${left}`
  const gained = [
    [sum(({ readings }) => readings), 'readings'],
    [sum(({ events }) => events.length), 'events'],
  ] as const
  const archived = gained.filter(([count]) => count > 0).map(([count, what]) => `${what}: ${count}`)
  if (archived.length === 0) {
    archived.push(
      status === null
        ? ignoredBy === null
          ? 'understood, and nothing is to be taken of it'
          : `nothing of it is taken: the profile ${ignoredBy.profile} ignores it (${ignoredBy.rule}), and no other profile in use reads it`
        : `status: ${status.online ? 'online' : 'offline'}`,
    )
  }
  return refused === 0 ? archived.join(', ') : `${archived.join(', ')}; rejected: ${refused}: ${left}`
}

function readingsIn(block: ReadingBlock): readonly ExplainedReading[] {
  return Array.from({ length: block.length }, (_, row) => {
    const { plant, line, device, metric, unit } = block.sources[row]!
    return {
      plant,
      line,
      device,
      metric,
      value: block.valueOf(row),
      unit,
      ts: new Date(block.ts[row]!).toISOString(),
      ts_assumed: block.assumed[row] === 1,
      quality: QUALITIES[block.quality[row]!]!,
      in_figures: METRICS.has(metric),
    }
  })
}
