import protobuf from 'protobufjs/minimal.js'
import type { DeviceNotice } from '../../src/base/ingress.js'
import { ReadingBlock } from '../../src/base/reading-block.js'
import type { DecodeRules } from '../../src/decode/decode.js'
import { Decoder } from '../../src/decode/decoder.js'
import type { DialectState } from '../../src/decode/dialect.js'
import { readingsOf } from './block-decoding.js'

/** Numbers of data types that tests use by name. Source: Sparkplug 3.0 §6.4.16. */
export const TYPE = {
  Int8: 1,
  Int16: 2,
  Int32: 3,
  Int64: 4,
  UInt8: 5,
  UInt16: 6,
  UInt32: 7,
  UInt64: 8,
  Float: 9,
  Double: 10,
  Boolean: 11,
  String: 12,
  DateTime: 13,
  Text: 14,
  UUID: 15,
  DataSet: 16,
  Bytes: 17,
  File: 18,
  Template: 19,
} as const

type Writer = protobuf.Writer

/** A value in one of the fields that a value has on the wire. */
export type SentValue =
  | { readonly int: number }
  | { readonly long: bigint }
  | { readonly float: number }
  | { readonly double: number }
  | { readonly bool: boolean }
  | { readonly text: string }

export interface SentDataSet {
  readonly columns: readonly string[]
  readonly types: readonly number[]
  readonly rows: readonly (readonly SentValue[])[]
}

export interface SentMetric {
  readonly name?: string
  readonly alias?: number
  readonly ts?: number | undefined
  readonly type?: number
  readonly isHistorical?: boolean
  readonly isTransient?: boolean
  readonly isNull?: boolean
  readonly properties?: Readonly<Record<string, SentValue & { readonly type?: number }>>
  readonly value?: SentValue
  readonly dataSet?: SentDataSet
  readonly bytes?: Uint8Array
}

export interface SentPayload {
  readonly ts?: number | undefined
  readonly seq?: number
  readonly uuid?: string
  readonly metrics?: readonly SentMetric[]
}

/** The bytes of a message, built by hand: with what one likes left out, which libraries do not let one do. */
export function encoded({ ts, seq, uuid, metrics = [] }: SentPayload): Uint8Array {
  const writer = protobuf.Writer.create()
  if (ts !== undefined) writer.uint32(8).uint64(ts)
  for (const metric of metrics) writeMetric(writer.uint32(18).fork(), metric).ldelim()
  if (seq !== undefined) writer.uint32(24).uint64(seq)
  if (uuid !== undefined) writer.uint32(34).string(uuid)
  return writer.finish()
}

function writeMetric(writer: Writer, metric: SentMetric): Writer {
  const { name, alias, ts, type, value, dataSet, bytes, properties } = metric
  if (name !== undefined) writer.uint32(10).string(name)
  if (alias !== undefined) writer.uint32(16).uint64(alias)
  if (ts !== undefined) writer.uint32(24).uint64(ts)
  if (type !== undefined) writer.uint32(32).uint32(type)
  if (metric.isHistorical !== undefined) writer.uint32(40).bool(metric.isHistorical)
  if (metric.isTransient !== undefined) writer.uint32(48).bool(metric.isTransient)
  if (metric.isNull !== undefined) writer.uint32(56).bool(metric.isNull)
  if (properties !== undefined) {
    writer.uint32(74).fork()
    for (const key of Object.keys(properties)) writer.uint32(10).string(key)
    for (const property of Object.values(properties)) {
      writer
        .uint32(18)
        .fork()
        .uint32(8)
        .uint32(property.type ?? 0)
      writeValue(writer, property, 3).ldelim()
    }
    writer.ldelim()
  }
  if (value !== undefined) writeValue(writer, value, 10)
  if (bytes !== undefined) writer.uint32(130).bytes(bytes)
  if (dataSet !== undefined) writeDataSet(writer.uint32(138).fork(), dataSet).ldelim()
  return writer
}

function writeDataSet(writer: Writer, { columns, types, rows }: SentDataSet): Writer {
  writer.uint32(8).uint64(columns.length)
  for (const column of columns) writer.uint32(18).string(column)
  for (const type of types) writer.uint32(24).uint32(type)
  for (const row of rows) {
    writer.uint32(34).fork()
    for (const value of row) writeValue(writer.uint32(10).fork(), value, 1).ldelim()
    writer.ldelim()
  }
  return writer
}

/** @param first number of the field of an integer; the others follow */
function writeValue(writer: Writer, value: SentValue, first: number): Writer {
  if ('int' in value) return writer.uint32(first << 3).uint32(value.int)
  if ('long' in value) return writeLong(writer.uint32((first + 1) << 3), BigInt.asUintN(64, value.long))
  if ('float' in value) return writer.uint32(((first + 2) << 3) | 5).float(value.float)
  if ('double' in value) return writer.uint32(((first + 3) << 3) | 1).double(value.double)
  if ('bool' in value) return writer.uint32((first + 4) << 3).bool(value.bool)
  return writer.uint32(((first + 5) << 3) | 2).string(value.text)
}

function writeLong(writer: Writer, value: bigint): Writer {
  return writer.uint64({ low: Number(value & 0xffff_ffffn), high: Number(value >> 32n), unsigned: true } as never)
}

export const bdSeq = (number: number): SentMetric => ({
  name: 'bdSeq',
  type: TYPE.UInt64,
  value: { long: BigInt(number) },
})

/** Readings, rejections and changes of status that came of one message. */
export interface Outcome {
  /** `device metric value`, with `@` and the seconds since the start of the test, and the quality rank where it is not 0. */
  readonly readings: readonly string[]
  readonly rejected: readonly string[]
  /** `device online` or `device offline`. */
  readonly status: readonly string[]
  readonly isDecoded: boolean
}

export const START_MS = Date.parse('2026-11-24T08:00:00Z')

/** With a section `sparkplug` of the configuration. */
export function rulesOf(sparkplug: object): DecodeRules {
  return { registered: null, settings: { sparkplug } }
}

/** A host application as the pipeline runs it, message by message and tick by tick, at times that the test says. */
export class Host {
  decoder = new Decoder()
  rules: DecodeRules
  /** Everything that was ever saved, as the database would hold it. */
  readonly saved = new Map<string, string>()
  #position = 0

  constructor(options: object = {}) {
    this.rules = rulesOf(options)
  }

  /** A message under `spBv1.0/` that arrives so many seconds after the start. */
  send(atS: number, topic: string, sent: SentPayload | Uint8Array, more: object = {}): Outcome {
    const payload = sent instanceof Uint8Array ? sent : encoded({ ts: START_MS + atS * 1000, ...sent })
    const before = Buffer.from([8])
    const body = Buffer.concat([before, payload, Buffer.from([16, 1])])
    const block = new ReadingBlock()
    const message = {
      topic: `spBv1.0/${topic}`,
      payload,
      body,
      payloadStart: before.length,
      payloadEnd: before.length + payload.length,
      arrivedAt: START_MS + atS * 1000,
      retain: false,
      fullSizeBytes: null,
      ingress: 'mqtt' as const,
      client: 'edge',
      ...more,
    }
    const taken = this.decoder.take(message, this.rules, block, ++this.#position)
    const parts = [taken, ...taken.others]
    return {
      readings: readingsOf(block).map(
        ({ device, metric, value, ts, quality }) =>
          `${device} ${metric} ${value}@${(ts - START_MS) / 1000}${quality === 0 ? '' : ` q${quality}`}`,
      ),
      rejected: parts.flatMap(({ rejected }) =>
        rejected.map(({ reason, metric = '', detail }) => `${reason} ${metric}: ${detail}`),
      ),
      status: parts.flatMap(({ path, status }) =>
        status === null ? [] : [`${path?.device} ${status.online ? 'online' : 'offline'}`],
      ),
      isDecoded: taken.isDecoded,
    }
  }

  /** Ticks second by second, and answers with what nodes were asked. */
  tick(fromS: number, toS: number): DeviceNotice[] {
    for (let atS = fromS; atS <= toS; atS++) this.decoder.tick(START_MS + atS * 1000, this.rules)
    return this.notices()
  }

  notices(): DeviceNotice[] {
    return [...this.decoder.takeNotices()]
  }

  /** Saves what has changed in the decoder, as the pipeline does at the end of a stretch. */
  save(): readonly DialectState[] {
    const changes = this.decoder.takeChanges()
    for (const { key, content } of changes) {
      if (content === null) this.saved.delete(key)
      else this.saved.set(key, content)
    }
    return changes
  }

  /** A new process, that knows what was saved. */
  restart(): void {
    this.decoder = new Decoder()
    this.decoder.restore([...this.saved].map(([key, content]) => ({ key, content })))
  }
}
