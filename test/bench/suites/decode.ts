import { ReadingBlock } from '../../../src/base/reading-block.js'
import { type DecodeRules, decode } from '../../../src/decode/decode.js'
import { Decoder } from '../../../src/decode/decoder.js'
import { decodeEntries, encodeEntries } from '../../../src/journal/entries.js'
import { EntryCursor } from '../../../src/journal/entry-cursor.js'
import { median, round } from '../measure/cost.js'
import type { Outcome } from '../measure/results.js'
import { LANGUAGE_HEAD, languages } from './languages.js'
import { type BenchOptions, say } from './options.js'

const METRICS = ['elec_import_kwh', 'elec_export_kwh', 'elec_reactive_kvarh'] as const
const DEVICES = 50
const RULES: DecodeRules = { registered: null, retentionMs: null }
const FIRST_TS = Date.UTC(2026, 10, 24)
/** Messages of one record; a hundred samples make a message of some 10 KB. */
const RECORD_MESSAGES = 200
const BLOCK_READINGS = 30_000

interface Case {
  readonly name: string
  readonly samples: number
  readonly bodies: readonly Buffer[]
  readonly messages: number
}

/** Measures what decoding alone costs, on one core without journal and archive: by way of objects, and from the bytes. */
export async function decoding({ messages, rounds }: BenchOptions): Promise<Outcome> {
  const cases = [
    caseOf('a message of 3 metrics', 1, messages, (i, ts) => ({ ts, metrics: valuesOf(i) })),
    caseOf('its time as text', 1, messages, (i, ts) => ({ ts: new Date(ts).toISOString(), metrics: valuesOf(i) })),
    caseOf('a sample in an array of 100', 100, messages / 20, (i, ts) => ({ ts, metrics: valuesOf(i) })),
  ]
  const table: (string | number)[][] = [['us CPU a sample', 'by objects', 'from bytes']]
  for (const one of cases) {
    const [before, after]: [number[], number[]] = [[], []]
    for (let i = 0; i < rounds; i++) {
      before.push(costOf(one, byObjects))
      after.push(costOf(one, fromBytes()))
    }
    say(`${one.name}: ${JSON.stringify({ before, after })}`)
    table.push([one.name, median(before), median(after)])
  }
  const others = languages({ messages, rounds })
  const settings = { messages, metrics: METRICS, devices: DEVICES }
  const figures = { rows: table.slice(1), languages: others }
  return { settings, versions: {}, figures, table: [...table, LANGUAGE_HEAD, ...others] }
}

function valuesOf(i: number): Readonly<Record<string, number>> {
  return Object.fromEntries(METRICS.map((metric) => [metric, (100_000_000 + i) / 100]))
}

function caseOf(name: string, samples: number, messages: number, element: (i: number, ts: number) => object): Case {
  const bodies: Buffer[] = []
  for (let first = 0; first < messages; first += RECORD_MESSAGES) {
    const entries = Array.from({ length: RECORD_MESSAGES }, (_, at) => {
      const n = Math.floor((first + at) / DEVICES) * samples
      const device = `m${((first + at) % DEVICES) + 1}`
      const elements = Array.from({ length: samples }, (_, k) => element(n + k, FIRST_TS + (n + k) * 1000))
      return {
        kind: 'message' as const,
        ingress: 'mqtt' as const,
        arrivedAt: FIRST_TS + (n + samples) * 1000,
        client: `load-${device}`,
        topic: `plants/bench/line-1/${device}/energy`,
        payload: Buffer.from(JSON.stringify(samples === 1 ? elements[0] : elements)),
        qos: 1 as const,
        retain: false,
        fullSizeBytes: null,
      }
    })
    bodies.push(encodeEntries(entries))
  }
  return { name, samples, bodies, messages: bodies.length * RECORD_MESSAGES }
}

function costOf({ bodies, samples, messages }: Case, run: (bodies: readonly Buffer[]) => number): number {
  const before = process.cpuUsage()
  const readings = run(bodies)
  const { user, system } = process.cpuUsage(before)
  if (readings !== messages * samples * METRICS.length) throw new Error(`${readings} readings came of the messages`)
  return round((user + system) / (messages * samples))
}

function byObjects(bodies: readonly Buffer[]): number {
  let readings = 0
  let block: object[] = []
  for (const body of bodies) {
    for (const entry of decodeEntries(body)) {
      if (entry.kind !== 'message') continue
      for (const reading of decode(entry, RULES).readings) block.push({ reading, position: 1 })
    }
    if (block.length < BLOCK_READINGS) continue
    readings += block.length
    block = []
  }
  return readings + block.length
}

function fromBytes(): (bodies: readonly Buffer[]) => number {
  const cursor = new EntryCursor()
  const decoder = new Decoder()
  const block = new ReadingBlock()
  return (bodies) => {
    let readings = 0
    for (const body of bodies) {
      cursor.open(body)
      while (cursor.next()) if (cursor.kind === 'message') readings += decoder.take(cursor, RULES, block, 1).readings
      if (block.length >= BLOCK_READINGS) block.clear()
    }
    return readings
  }
}
