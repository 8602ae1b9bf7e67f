import type { EventEmitter } from 'node:events'
import type { Client } from 'aedes'
import mqttPacket, { type ISubscribePacket, type Packet } from 'mqtt-packet'
import type { FramingGuard } from './framing-guard.js'

/*
 * Changes to aedes' client that it has no calls for: it counts what it has answered, and holds no more memory than it
 * needs. A connection that says nothing costs what stands here, thousands of times; see docs/decisions/069-lean-connections.md.
 */

/** `makeLean` changes these parts of aedes' client, whose version is exact in package.json; tests show that all of them are there. */
interface OpenClient {
  _paused: boolean
  _nextBatch(error?: Error): void
  /** Reads on without counting an answer. */
  _readOn(): void
  _eos(): void
  /** Topic aliases are resolved before aedes sees them, so this stays empty. */
  _topicAliases: Map<number, string>
  readonly _parser: OpenParser
  resume(): void
}

interface OpenParser extends EventEmitter {
  /** Bytes that are not a whole packet yet. */
  _list: object
  /** The CONNECT, of which no more is asked than this. */
  settings: Spoken
  readonly client: Client
}

interface Spoken {
  readonly protocolVersion: number
  readonly bridgeMode?: boolean
}

/** Two-byte buffers of all 65,536 numbers, made at the first answer to anybody, would take 7 MiB for good. */
mqttPacket.writeToStream.cacheNumbers = false

/** To be called for each client when aedes has made it. The guard tells it of the end of its connection. */
export function makeLean(client: Client, guard: FramingGuard): void {
  const open = client as unknown as OpenClient
  const { _parser: parser } = open
  // A stream with two sides and their states for what is a list of a few bytes.
  const { BufferList } = parser._list.constructor as unknown as { readonly BufferList: new () => object }
  parser._list = new BufferList()
  parser.prependListener('packet', heard)
  // Seven listeners that tell of the end of a stream in every way that streams of all kinds end.
  open._eos()
  open._eos = nothing
  open._topicAliases = NO_ALIASES
  countAnswers(open, guard)
}

/** To be called when its CONNECT was accepted: user name, password and will need not be kept. */
export function forgetConnect(client: Client): void {
  const { _parser: parser } = client as unknown as OpenClient
  const { protocolVersion, bridgeMode } = parser.settings
  parser.settings = (bridgeMode ? BRIDGES : CLIENTS)[protocolVersion] ?? parser.settings
}

/** Settings by protocol version, the same for all. */
const CLIENTS = settingsOf(false)
const BRIDGES = settingsOf(true)

function settingsOf(bridgeMode: boolean): Readonly<Record<number, Spoken>> {
  return {
    3: { protocolVersion: 3, bridgeMode },
    4: { protocolVersion: 4, bridgeMode },
    5: { protocolVersion: 5, bridgeMode },
  }
}

/** aedes calls `_nextBatch` of its client when it is done with a packet, once for each, and when it resumes. */
function countAnswers(open: OpenClient, guard: FramingGuard): void {
  const nextBatch = open._nextBatch
  open._nextBatch = (error) => {
    guard.answered()
    nextBatch(error)
  }
  open._readOn = nextBatch
  open.resume = resume
}

function resume(this: OpenClient): void {
  this._paused = false
  this._readOn()
}

const NO_ALIASES = new Map<number, string>()

function nothing(): void {}

function heard(this: OpenParser, packet: Packet): void {
  ;(this.client.conn as FramingGuard).gate?.heard(packet)
  if (packet.cmd === 'subscribe') keepRepeatedFilters(packet)
}

/**
 * [MQTT-3.8.4-5] SUBACK has a code for each filter of the SUBSCRIBE, also for one that stands there twice. aedes would
 * put a shorter list in the place of the one that came; so that place does not change.
 */
function keepRepeatedFilters(packet: ISubscribePacket): void {
  const { subscriptions } = packet
  Object.defineProperty(packet, 'subscriptions', { get: () => subscriptions, set: () => {} })
}
