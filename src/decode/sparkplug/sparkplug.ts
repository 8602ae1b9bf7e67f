import type { Speaker } from '../../access/speakers.js'
import type { DeviceNotice } from '../../base/ingress.js'
import { type SparkplugOptions, sparkplugOptions } from '../../base/options/sparkplug.js'
import type { ReadingBlock } from '../../base/reading-block.js'
import { type DecodeRules, tooLarge } from '../decode.js'
import type { DecodedMessage } from '../decoded-message.js'
import type { BytesIncoming, Dialect, DialectState } from '../dialect.js'
import { Emitter } from '../emitter.js'
import { type Fault, fault, isFault } from '../fault.js'
import { isCleared } from '../kept.js'
import { shorten } from '../text.js'
import { Bearing } from './bearing.js'
import { Birth } from './birth.js'
import { Mapping } from './mapping.js'
import { type EdgeNode, RebirthRequests } from './node.js'
import { Nodes } from './nodes.js'
import { Readings } from './readings.js'
import { rebirthRequest, rebirthTopic } from './rebirth.js'
import { NAMESPACE, type NodeTopic, parseSparkplugTopic } from './topic.js'

/** With one more all are forgotten, and parsed anew. */
const TOPICS_MAX = 20_000
/** Nodes that send without having been born, with the same policy: they may be asked once more, too early. */
const STRANGERS_MAX = 1000
const NOTICES_MAX = 1000
const DEFAULTS = sparkplugOptions.parse({})

/** One message on its way. */
interface Message {
  readonly incoming: BytesIncoming
  readonly topic: NodeTopic
  readonly mapping: Mapping
  readonly rules: DecodeRules
}

/**
 * Sparkplug B 3.0 as a host application: what nodes and devices are born with says what their data mean; a number that
 * is missing, or data that nothing is known of, makes it ask for the births again. What has happened is judged by the
 * journal alone; a message that is tried again changes nothing of what is known.
 */
export class Sparkplug implements Dialect {
  readonly name = 'sparkplug'
  readonly #emitter = new Emitter()
  readonly #readings = new Readings(this.#emitter)
  readonly #nodes = new Nodes()
  readonly #bearing = new Bearing(this.#nodes)
  readonly #topics = new Map<string, ReturnType<typeof parseSparkplugTopic>>()
  readonly #strangers = new Map<string, RebirthRequests>()
  #notices: DeviceNotice[] = []
  #mapping: Mapping | null = null
  /** That the mapping was made for. */
  #rules: DecodeRules | null = null

  get leftOut(): Readings['leftOut'] {
    return this.#readings.leftOut
  }

  speaks({ topic, ingress }: BytesIncoming): boolean {
    return topic.startsWith(`${NAMESPACE}/`) && (ingress === undefined || ingress === 'mqtt' || ingress === 'broker')
  }

  describe(): string {
    return 'Sparkplug B'
  }

  take(incoming: BytesIncoming, rules: DecodeRules, taken: DecodedMessage, into: ReadingBlock, position: number): void {
    this.#emitter.begin(incoming, rules, taken, into, position)
    this.#emitter.end(this.#isUnderstood(incoming, rules))
  }

  tick(nowMs: number, rules: DecodeRules): void {
    const { options } = this.#mappingOf(rules)
    for (const node of this.#nodes.all()) {
      const { gapSinceMs } = node.sequence
      // A clock that was set back makes nobody wait for longer.
      if (gapSinceMs !== null && Math.abs(nowMs - gapSinceMs) >= options.reorder_timeout_s * 1000) {
        node.sequence.giveUp()
        node.rebirth.want(nowMs)
        this.#nodes.noteChange(node)
      }
      this.#requestIfDue(node, nowMs, options)
    }
  }

  session(client: string | null, what: 'begin' | 'end', nowMs: number): void {
    this.#bearing.session(client, what === 'end', nowMs)
  }

  takeNotices(): readonly DeviceNotice[] {
    return this.#notices.splice(0)
  }

  takeChanges(): readonly DialectState[] {
    return this.#nodes.takeChanges()
  }

  restore(states: readonly DialectState[]): void {
    this.#nodes.restore(states)
    this.#mapping = null
  }

  /** Takes a message; true when it is in order, although nothing may have been taken of it. */
  #isUnderstood(incoming: BytesIncoming, rules: DecodeRules): boolean {
    const topic = this.#topicOf(incoming.topic)
    if (topic === 'state') return true
    if ('problem' in topic) {
      this.#emitter.refuse(null, fault('bad_topic', topic.problem))
      return false
    }
    // Commands are for the nodes.
    if (topic.verb === 'NCMD' || topic.verb === 'DCMD') return true
    if (isCleared(incoming)) return true
    const message = { incoming, topic, mapping: this.#mappingOf(rules), rules }
    if (this.#isForeign(message)) return false
    if (incoming.fullSizeBytes !== null) {
      return this.#refuse(message, tooLarge(incoming.payloadEnd - incoming.payloadStart, incoming.fullSizeBytes))
    }
    const wrong = this.#readings.open(incoming)
    if (wrong !== null) return this.#refuse(message, wrong)
    switch (topic.verb) {
      case 'NBIRTH':
        return this.#nodeBirth(message)
      case 'DBIRTH':
        return this.#deviceBirth(message)
      case 'NDEATH':
        return this.#nodeDeath(message)
      case 'DDEATH':
        return this.#deviceDeath(message)
      default:
        return this.#data(message)
    }
  }

  #nodeBirth(message: Message): boolean {
    const born = this.#birthOf(message)
    if (isFault(born)) return this.#refuse(message, born)
    const { birth, bdSeq } = born
    if (message.incoming.isAgain === true) return this.#takeAgain(birth, message)
    if (this.#isStranger(message)) return false
    const { speakers } = message.rules
    const known = this.#nodes.get(message.topic)
    const other =
      known === undefined || speakers === undefined
        ? null
        : this.#bearing.birthFault(known, speakerOf(message.incoming), speakers)
    if (other !== null) return this.#refuseForeign(other)
    const node = this.#nodes.born(birth, speakerOf(message.incoming))
    if (isFault(node)) return this.#refuse(message, node)
    birth.judge(message.mapping)
    node.bdSeq = bdSeq
    node.isAlive = true
    node.session++
    node.broker = brokerOf(message.incoming)
    node.bearer = { ...speakerOf(message.incoming), hasLeft: false }
    node.isAwaited = false
    node.sequence.begin(this.#readings.payload.seq)
    node.rebirth.satisfied()
    if (!isFault(birth.path)) this.#emitter.status(birth.path, true)
    return this.#readings.take(birth)
  }

  #deviceBirth(message: Message): boolean {
    const node = this.#nodes.get(message.topic)
    const born = this.#birthOf(message)
    if (isFault(born)) return this.#refuse(message, born)
    const { birth } = born
    if (message.incoming.isAgain === true) return this.#takeAgain(birth, message)
    if (node === undefined || !node.isAlive) return this.#refuseStranger(message, node)
    if (this.#isOfAnother(node, message)) return false
    this.#noteSeq(node, message)
    if (this.#isStranger(message)) return false
    const full = this.#nodes.deviceBorn(node, birth)
    if (full !== null) return this.#refuse(message, full)
    birth.judge(message.mapping)
    node.rebirth.satisfied()
    if (!isFault(birth.path)) this.#emitter.status(birth.path, true)
    return this.#readings.take(birth)
  }

  /** The topic says whose it is: what another client sends there changes nothing of what is known of node and device. */
  #isForeign({ topic, mapping }: Message): boolean {
    const path = mapping.placeOf(topic)
    const why = isFault(path) ? null : this.#emitter.foreignFault(path)
    return why !== null && !this.#refuseForeign(why)
  }

  #isOfAnother(node: EdgeNode, { incoming, rules }: Message): boolean {
    const why = rules.speakers === undefined ? null : this.#bearing.messageFault(node, speakerOf(incoming))
    return why !== null && !this.#refuseForeign(why)
  }

  /** In nobody's name: who it speaks of did not send it. */
  #refuseForeign(why: Fault): false {
    this.#emitter.refuse(null, why)
    return false
  }

  /** Births of who may not send, or has no room, are not kept: those of others would have to go for them. */
  #isStranger({ topic, mapping }: Message): boolean {
    const path = mapping.place(topic.group, topic.node, topic.device)
    if (isFault(path) || this.#emitter.strangerFault(path) === null) return false
    this.#emitter.from(path)
    return true
  }

  /** Ends only the session that is under way: the will of the one before it may come after the birth. Sparkplug 3.0 §5.5 */
  #nodeDeath(message: Message): boolean {
    if (message.incoming.isAgain === true) return true
    const bdSeq = this.#readings.bdSeq()
    if (bdSeq === null) return this.#refuse(message, fault('bad_sparkplug', 'an NDEATH has a metric bdSeq; none came'))
    const node = this.#nodes.get(message.topic)
    if (node === undefined || (node.bdSeq !== null && node.bdSeq !== bdSeq)) return true
    if (this.#isOfAnother(node, message)) return false
    node.isAlive = false
    node.rebirth.satisfied()
    this.#nodes.noteChange(node)
    for (const { birth } of [node, ...node.devices.values()]) {
      birth.judge(message.mapping)
      if (!isFault(birth.path)) this.#emitter.status(birth.path, false)
    }
    return true
  }

  #deviceDeath(message: Message): boolean {
    if (message.incoming.isAgain === true) return true
    const node = this.#nodes.get(message.topic)
    if (node === undefined) return true
    if (this.#isOfAnother(node, message)) return false
    if (node.isAlive) this.#noteSeq(node, message)
    const device = node.devices.get(message.topic.device!)
    if (device === undefined) return true
    device.session = -1
    this.#nodes.noteDeviceChange(node, message.topic.device!)
    device.birth.judge(message.mapping)
    if (!isFault(device.birth.path)) this.#emitter.status(device.birth.path, false)
    return true
  }

  #data(message: Message): boolean {
    const { topic, incoming, mapping } = message
    const isAgain = incoming.isAgain === true
    const node = this.#nodes.get(topic)
    if (node === undefined || !(node.isAlive || isAgain)) return this.#refuseStranger(message, node)
    if (this.#isOfAnother(node, message)) return false
    const device = topic.device === null ? null : node.devices.get(topic.device)
    const birth = device === null ? node.birth : device?.birth
    const isCurrent = birth !== undefined && this.#isOf(birth, node, message)
    if (!isAgain && (isCurrent || birth === undefined)) this.#noteSeq(node, message)
    if (birth === undefined || (device != null && !isAgain && !node.isAliveDevice(device))) {
      return this.#refuseAndAsk(
        message,
        node,
        `no DBIRTH of ${shorten(topic.device!)} has come since its node was born`,
      )
    }
    birth.judge(mapping)
    const isUnderstood = this.#readings.take(birth, !isCurrent)
    // A message that its birth has overtaken does not come so long after it: the clock of the node was set back.
    const isLate = incoming.arrivedAt - birth.arrivedAt > mapping.options.reorder_timeout_s * 1000
    const needsBirth = this.#readings.hasUnknown || (this.#readings.hasOldAliases && isLate)
    if (needsBirth && !isAgain) this.#want(node, message)
    return isUnderstood
  }

  /**
   * True when the aliases of a message are those of a birth: one that was sent before it has them from an earlier birth,
   * which may have meant others by them. A message that has the next number belongs to the session whatever its clock says.
   */
  #isOf(birth: Birth, { sequence }: EdgeNode, { incoming, mapping }: Message): boolean {
    const { timestamp, seq } = this.#readings.payload
    const sentAt = Number.isNaN(timestamp) ? incoming.arrivedAt : timestamp
    if (incoming.isAgain !== true) return sentAt >= birth.sentAt || (!Number.isNaN(seq) && sequence.isNext(seq))
    const lateMs = birth.arrivedAt - incoming.arrivedAt
    return sentAt >= birth.sentAt && lateMs <= mapping.options.reorder_timeout_s * 1000
  }

  #noteSeq(node: EdgeNode, { incoming }: Message): void {
    const { seq } = this.#readings.payload
    node.broker = brokerOf(incoming)
    if (!Number.isNaN(seq)) node.sequence.note(seq, incoming.arrivedAt)
    this.#nodes.noteChange(node)
  }

  #birthOf({ topic, incoming }: Message): { readonly birth: Birth; readonly bdSeq: number | null } | Fault {
    const { group, node, device } = topic
    const { timestamp } = this.#readings.payload
    const { arrivedAt } = incoming
    const born = this.#readings.born()
    if (isFault(born)) return born
    const sentAt = Number.isNaN(timestamp) ? arrivedAt : timestamp
    const knownSince = this.#known(topic)?.knownSince
    const birth = new Birth({ group, node, device, sentAt, arrivedAt, knownSince }, born.metrics)
    return { birth, bdSeq: born.bdSeq }
  }

  /** The readings of a birth that is not kept. */
  #takeAgain(birth: Birth, { mapping }: Message): boolean {
    birth.judge(mapping, false)
    return this.#readings.take(birth)
  }

  /** The newest birth of who sends under a topic. */
  #known(topic: NodeTopic): Birth | undefined {
    const { device } = topic
    const known = this.#nodes.get(topic)
    return device === null ? known?.birth : known?.devices.get(device)?.birth
  }

  /** Refuses the whole message: in the name of the device as its birth placed it, or as it would be placed. */
  #refuse({ topic, mapping }: Message, why: Fault): false {
    const birth = this.#known(topic)
    birth?.judge(mapping)
    const path = birth?.path ?? mapping.place(topic.group, topic.node, topic.device)
    this.#emitter.refuse(isFault(path) ? null : path, why)
    return false
  }

  /** A node of which no birth is known, or that has died. */
  #refuseStranger(message: Message, node: EdgeNode | undefined): false {
    const { topic, incoming, mapping } = message
    const name = shorten(`${topic.group}/${topic.node}`)
    if (node !== undefined)
      return this.#refuseAndAsk(message, node, `the node ${name} has died, and no NBIRTH has come since`)
    if (incoming.isAgain !== true) {
      const key = topic.nodeKey
      if (!this.#strangers.has(key) && this.#strangers.size >= STRANGERS_MAX) this.#strangers.clear()
      const requests = this.#strangers.get(key) ?? new RebirthRequests()
      this.#strangers.set(key, requests)
      requests.want(incoming.arrivedAt)
      if (requests.isDue(incoming.arrivedAt))
        this.#request(topic, brokerOf(incoming), incoming.arrivedAt, mapping.options)
    }
    return this.#refuse(
      message,
      fault('bad_sparkplug', `no NBIRTH of the node ${name} is known${hint(mapping.options)}`),
    )
  }

  #refuseAndAsk(message: Message, node: EdgeNode, problem: string): false {
    if (message.incoming.isAgain !== true) this.#want(node, message)
    return this.#refuse(message, fault('bad_sparkplug', `${problem}${hint(message.mapping.options)}`))
  }

  /** Its births are needed; while messages are missing the one that is needed may be among them. */
  #want(node: EdgeNode, { incoming, mapping }: Message): void {
    const { gapSinceMs } = node.sequence
    const dueMs = gapSinceMs === null ? incoming.arrivedAt : gapSinceMs + mapping.options.reorder_timeout_s * 1000
    node.rebirth.want(dueMs)
    this.#nodes.noteChange(node)
    this.#requestIfDue(node, incoming.arrivedAt, mapping.options)
  }

  #requestIfDue(node: EdgeNode, nowMs: number, options: SparkplugOptions): void {
    if (!node.rebirth.isDue(nowMs)) return
    this.#nodes.noteChange(node)
    this.#request(node.birth, node.broker, nowMs, options)
  }

  #request(of: { group: string; node: string }, to: string | null, nowMs: number, options: SparkplugOptions): void {
    if (!options.rebirth_requests || this.#notices.length >= NOTICES_MAX) return
    this.#notices.push({ topic: rebirthTopic(of.group, of.node), payload: rebirthRequest(nowMs), to })
  }

  /** Places are given in the order of the first births, so that they are the same after a start. */
  #mappingOf(rules: DecodeRules): Mapping {
    if (this.#mapping !== null && rules === this.#rules && !this.#mapping.isWornOut) return this.#mapping
    const mapping = new Mapping(sparkplugOptions.safeParse(rules.settings?.sparkplug ?? {}).data ?? DEFAULTS)
    this.#rules = rules
    this.#mapping = mapping
    for (const birth of this.#nodes.births()) birth.judge(mapping)
    return mapping
  }

  #topicOf(topic: string): ReturnType<typeof parseSparkplugTopic> {
    const known = this.#topics.get(topic)
    if (known !== undefined) return known
    if (this.#topics.size >= TOPICS_MAX) this.#topics.clear()
    const parsed = parseSparkplugTopic(topic)
    // One that names nobody would come again as it is only from who means harm.
    if (typeof parsed !== 'string' && 'problem' in parsed) return parsed
    this.#topics.set(topic, parsed)
    return parsed
  }
}

/** The external broker that a message came through; null for the embedded one. */
function brokerOf(incoming: BytesIncoming): string | null {
  // The client is looked for in the journal only when it is asked for.
  if (incoming.ingress !== 'broker') return null
  const { client = '' } = incoming
  return client.startsWith('broker:') ? client.slice('broker:'.length) : null
}

function speakerOf({ ingress = 'mqtt', client = '' }: BytesIncoming): Speaker {
  return { ingress: ingress, client }
}

function hint({ rebirth_requests }: SparkplugOptions): string {
  return rebirth_requests ? ': it is asked to send its births again' : '; it has to send its births again'
}
