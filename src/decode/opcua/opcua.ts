import { z } from 'zod'
import type { OpcuaTime, OpcuaValue } from '../../base/opcua.js'
import { GOOD } from '../../base/quality.js'
import type { ReadingBlock } from '../../base/reading-block.js'
import { type DecodeRules, parseJson } from '../decode.js'
import type { DecodedMessage } from '../decoded-message.js'
import type { BytesIncoming, Dialect } from '../dialect.js'
import { Emitter } from '../emitter.js'
import { type Fault, fault, isFault } from '../fault.js'
import { unknownValueOf } from '../metric.js'
import { movePoint } from '../profile/decimal.js'
import { statusCodeQuality } from '../profile/status-code.js'
import { quote, shorten } from '../text.js'
import { type OpcuaNode, type OpcuaServerNodes, opcuaNodesOf } from './nodes.js'
import { opcuaOptions } from './options.js'

const instant = z.number().nullable()

/** As `OpcuaMessage` says; checked all the same, as what is tried again may come from elsewhere. */
const opcuaMessage = z.union([
  z.object({ read_at: z.number(), connected: z.boolean() }),
  z.object({
    read_at: z.number(),
    values: z.array(
      z.object({
        item: z.string(),
        value: z.union([z.number(), z.string(), z.boolean(), z.null()]),
        type: z.string(),
        status: z.int().min(0).max(0xffff_ffff),
        source_ms: instant,
        server_ms: instant,
      }),
    ),
  }),
])

/** Built-in types whose values are numbers, also where they come as texts. Source: OPC 10000-6 table 1. */
const NUMBER_TYPES: ReadonlySet<string> = new Set([
  ...['SByte', 'Byte', 'Int16', 'UInt16', 'Int32', 'UInt32', 'Int64', 'UInt64', 'Float', 'Double'],
])
const TEXT_TYPES: ReadonlySet<string> = new Set(['String', 'LocalizedText'])
const NO_SERVERS: ReadonlyMap<string, OpcuaServerNodes> = new Map()

/** Decodes what the OPC UA client has been sent, by the nodes in the settings. */
export class Opcua implements Dialect {
  readonly name = 'opcua'
  /** A status that is bad comes without a value as a rule: there is nothing to store, and nothing is wrong with the message. */
  readonly leftOut = { null: 0 }
  readonly #emitter = new Emitter()
  #compiledFrom: DecodeRules['settings'] | null = null
  #servers = NO_SERVERS

  /** By the ingress alone: what an MQTT client publishes under the topics of the client was sent by no server. */
  speaks({ ingress }: BytesIncoming): boolean {
    return ingress === 'opcua'
  }

  take(message: BytesIncoming, rules: DecodeRules, taken: DecodedMessage, into: ReadingBlock, position: number): void {
    this.#compile(rules)
    this.#emitter.begin(message, rules, taken, into, position)
    this.#read(message)
    this.#emitter.end(taken.rejected.length === 0)
  }

  #compile({ settings }: DecodeRules): void {
    if (settings === this.#compiledFrom) return
    const options = opcuaOptions.safeParse(settings?.opcua).data
    this.#servers = options === undefined ? NO_SERVERS : opcuaNodesOf(options)
    this.#compiledFrom = settings
  }

  #read({ topic, payload }: BytesIncoming): void {
    const emitter = this.#emitter
    const server = this.#servers.get(topic)
    if (server === undefined) {
      emitter.refuse(null, fault('bad_topic', 'this server does not stand in the section opcua'))
      return
    }
    const json = parseJson(payload)
    if (isFault(json)) {
      emitter.refuse(null, json)
      return
    }
    const content = opcuaMessage.safeParse(json.content)
    if (!content.success) {
      emitter.refuse(
        null,
        fault('bad_schema', 'this is not what the OPC UA client writes: read_at with values or connected'),
      )
      return
    }
    const message = content.data
    if ('connected' in message) for (const path of server.devices) emitter.status(path, message.connected)
    else for (const [index, value] of message.values.entries()) this.#take(server, value, index, message.read_at)
  }

  #take({ nodes, time }: OpcuaServerNodes, value: OpcuaValue, index: number, readAt: number): void {
    const emitter = this.#emitter
    const known = nodes.get(value.item)
    if (known === undefined) {
      const why = fault('bad_topic', `no node ${quote(value.item)} of this server stands in the section opcua`)
      emitter.refuse(null, why, { index })
      return
    }
    const { path, node } = known
    if (isFault(node)) {
      emitter.refuse(path, node, { index })
      return
    }
    // It is heard of, also when there is nothing to store.
    if (!emitter.from(path)) return
    const quality = statusCodeQuality(value.status) ?? GOOD
    const held = heldBy(value, node)
    const unknown = held === null && isBad(value.status) ? unknownValueOf(node.target.metric) : null
    if (unknown !== null) emitter.add(node.target, unknown, timeOf(value, time, readAt), quality)
    else if (held === null || (typeof held === 'object' && quality !== GOOD)) {
      this.leftOut.null++
      emitter.leaveOut(`node ${shorten(value.item)}`, `its status is ${statusText(value.status)}, and it has no value`)
    } else if (typeof held === 'object') emitter.refuse(path, held, { index, metric: node.target.metric })
    else emitter.add(node.target, held, timeOf(value, time, readAt), quality)
  }
}

/** Severity of a StatusCode. Source: OPC 10000-4 7.39.1. */
function isBad(status: number): boolean {
  return status >>> 30 >= 2
}

function statusText(status: number): string {
  return `0x${status.toString(16).padStart(8, '0')}`
}

/** Epoch ms; null where the server gives none: then it is that of the arrival, and said to be assumed. */
function timeOf({ source_ms, server_ms }: OpcuaValue, time: OpcuaTime, readAt: number): number | null {
  if (time === 'arrival') return readAt
  return time === 'server' ? server_ms : (source_ms ?? server_ms)
}

/** Value of a node, as its metric wants it; null where there is none, or why it is none. */
function heldBy(
  { item, value, type }: OpcuaValue,
  { words, places, factor }: OpcuaNode,
): number | string | boolean | null | Fault {
  if (type === 'Null' || (value === null && TEXT_TYPES.has(type))) return null
  const name = shorten(item)
  if (type.endsWith(']'))
    return fault('bad_value', `node ${name} is ${type}, an array: name one of its elements (element)`)
  const isNumber = NUMBER_TYPES.has(type)
  if (value === null || !(isNumber || TEXT_TYPES.has(type) || type === 'Boolean')) {
    return fault(
      'bad_value',
      `node ${name} holds a ${shorten(type)}, which is neither a number, a truth value nor a text`,
    )
  }
  if (words !== null) {
    const word = words.get(String(value))
    return word ?? fault('bad_value', `node ${name} holds ${quote(String(value))}, for which words has no state`)
  }
  if (!isNumber) return value
  const number = Number(value)
  if (!Number.isFinite(number))
    return fault('bad_value', `node ${name} holds ${shorten(String(value))}, which is no number`)
  return movePoint(number, places) * factor
}
