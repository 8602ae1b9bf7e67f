import { join } from 'node:path'
import { writeFrame } from '../../../src/base/hj212/frame.js'
import { writeWallTime } from '../../../src/base/hj212/time.js'
import { hj212Topic } from '../../../src/base/hj212/topic.js'
import type { IngressKind } from '../../../src/base/ingress.js'
import { ReadingBlock } from '../../../src/base/reading-block.js'
import { profilesFolder } from '../../../src/config/config.js'
import { readProfile } from '../../../src/config/profile-files.js'
import type { DecodeRules } from '../../../src/decode/decode.js'
import { Decoder } from '../../../src/decode/decoder.js'
import { encodeEntries } from '../../../src/journal/entries.js'
import { EntryCursor } from '../../../src/journal/entry-cursor.js'
import { bdSeq, encoded, TYPE } from '../../support/sparkplug.js'
import { median, round } from '../measure/cost.js'
import { type BenchOptions, say } from './options.js'

const DEVICES = 50
const FIRST_TS = Date.UTC(2026, 10, 24)
const RECORD_MESSAGES = 200
const BLOCK_READINGS = 30_000
const METRICS = ['elec_import_kwh', 'elec_export_kwh', 'elec_reactive_kvarh'] as const
const PLANT = 'bench'
const PROFILES = ['tasmota/energy', 'shelly/gen2']
/** Profile of messages that say what our own JSON says, in a shape of their own. */
const METER = {
  name: { en: 'A meter' },
  source: { url: 'test/bench/suites/languages.ts', date: '2026-11-26' },
  messages: [
    {
      topic: 'meters/{device}',
      time: { at: 'ts', format: 'epoch_ms' },
      values: METRICS.map((metric, i) => ({ metric, at: ['import', 'export', 'reactive'][i] })),
    },
  ],
}

interface Sent {
  readonly topic: string
  readonly payload: string | Uint8Array
}

interface Language {
  readonly name: string
  readonly ingress?: IngressKind
  /** Messages that come before the load and are not measured. */
  readonly births?: readonly Sent[]
  /** Message `n` of all, of device `d`, with the sample of a time. */
  message(n: number, d: number, ts: number): Sent
  readonly readings: number
}

const value = (n: number): number => (100_000_000 + n) / 100
const born = METRICS.map((name, i) => ({ name, alias: i + 1, type: TYPE.Double, value: { double: 1 } }))
const data = (n: number, ts?: number) => METRICS.map((_, i) => ({ alias: i + 1, ts, value: { double: value(n) } }))
const births: readonly Sent[] = [
  { topic: 'spBv1.0/bench/NBIRTH/line-1', payload: encoded({ ts: FIRST_TS, seq: 0, metrics: [bdSeq(1)] }) },
  ...Array.from({ length: DEVICES }, (_, d) => ({
    topic: `spBv1.0/bench/DBIRTH/line-1/m${d}`,
    payload: encoded({ ts: FIRST_TS, seq: (d + 1) % 256, metrics: born }),
  })),
]
const seqOf = (n: number) => (n + births.length) % 256

/** The plain one first: all others are told beside it. */
const LANGUAGES: readonly Language[] = [
  {
    name: 'our own JSON, 3 metrics',
    readings: 3,
    message: (n, d, ts) => ({
      topic: `plants/bench/line-1/m${d}/energy`,
      payload: JSON.stringify({ ts, metrics: Object.fromEntries(METRICS.map((metric) => [metric, value(n)])) }),
    }),
  },
  {
    name: 'Sparkplug DDATA, 3 metrics, a time each',
    readings: 3,
    births,
    message: (n, d, ts) => ({
      topic: `spBv1.0/bench/DDATA/line-1/m${d}`,
      payload: encoded({ ts, seq: seqOf(n), metrics: data(n, ts) }),
    }),
  },
  {
    name: 'Sparkplug DDATA, 3 metrics, one time',
    readings: 3,
    births,
    message: (n, d, ts) => ({
      topic: `spBv1.0/bench/DDATA/line-1/m${d}`,
      payload: encoded({ ts, seq: seqOf(n), metrics: data(n) }),
    }),
  },
  {
    name: 'a profile, the same 3 metrics',
    readings: 3,
    message: (n, d, ts) => ({
      topic: `meters/m${d}`,
      payload: JSON.stringify({ ts, import: value(n), export: value(n), reactive: value(n) }),
    }),
  },
  {
    name: 'Tasmota SENSOR',
    readings: 2,
    message: (n, d, ts) => ({
      topic: `tele/m${d}/SENSOR`,
      payload: JSON.stringify({
        Time: new Date(ts).toISOString().slice(0, 19),
        ENERGY: {
          TotalStartTime: '2026-01-01T00:00:00',
          Total: value(n),
          Yesterday: 1.01,
          Today: 0.21,
          Power: 60 + (n % 10),
          ApparentPower: 70,
          ReactivePower: 30,
          Factor: 0.9,
          Voltage: 230 + (n % 7),
          Current: 0.27,
        },
      }),
    }),
  },
  {
    name: 'Shelly status/em:0',
    readings: 1,
    message: (n, d) => ({ topic: `shellypro3em-${d}/status/em:0`, payload: shelly(n) }),
  },
  {
    name: 'HJ 212, 3 pollutants',
    ingress: 'hj212',
    readings: 3,
    message: (n, d, ts) => {
      const cp = ['a21026', 'a21002', 'a34013'].map((code) => `${code}-Rtd=${(n % 900) / 10},${code}-Flag=N`)
      const time = writeWallTime(ts)
      const head = `QN=${time}000;ST=31;CN=2011;PW=123456;MN=M${d};Flag=4`
      const frame = writeFrame(`${head};CP=&&DataTime=${time};${cp.join(';')}&&`)
      return { topic: hj212Topic(`M${d}`), payload: frame.subarray(0, -2) }
    },
  },
]

function shelly(n: number): string {
  const phase = (p: string) => ({
    [`${p}_current`]: 4 + (n % 10) / 10,
    [`${p}_voltage`]: 230 + (n % 7),
    [`${p}_act_power`]: 900 + (n % 100),
    [`${p}_aprt_power`]: 951.2,
    [`${p}_pf`]: 0.95,
    [`${p}_freq`]: 50,
  })
  const total = { total_current: 12.1, total_act_power: 2800.5 + (n % 100), total_aprt_power: 2853.6 }
  return JSON.stringify({ id: 0, ...phase('a'), ...phase('b'), ...phase('c'), n_current: null, ...total })
}

function rules(): DecodeRules {
  const defined = {
    'bench/meter': METER,
    ...Object.fromEntries(PROFILES.map((id) => [id, readProfile(join(profilesFolder, `${id}.yaml`)).tree])),
  }
  const use = Object.keys(defined).map((profile) => ({ profile, plant: PLANT, line: 'line-1' }))
  const stations = Array.from({ length: DEVICES }, (_, d) => {
    return { mn: `M${d}`, plant: PLANT, line: 'line-1', device: `stack-${d}` }
  })
  return {
    registered: null,
    retentionMs: null,
    settings: { hj212: { stations }, profiles: { use, defined } },
    timezones: new Map([[PLANT, 'UTC']]),
  }
}

interface Load {
  readonly language: Language
  readonly before: readonly Buffer[]
  readonly bodies: readonly Buffer[]
  readonly messages: number
  readonly payloadBytes: number
}

function loadOf(language: Language, messages: number): Load {
  let payloadBytes = 0
  const entryOf = (sent: Sent, arrivedAt: number) => ({
    kind: 'message' as const,
    ingress: language.ingress ?? 'mqtt',
    arrivedAt,
    client: 'load',
    topic: sent.topic,
    payload: Buffer.from(sent.payload),
    qos: 1 as const,
    retain: false,
    fullSizeBytes: null,
  })
  const bodies: Buffer[] = []
  for (let first = 0; first < messages; first += RECORD_MESSAGES) {
    const entries = Array.from({ length: RECORD_MESSAGES }, (_, i) => {
      const n = first + i
      const ts = FIRST_TS + (1 + Math.floor(n / DEVICES)) * 1000
      const entry = entryOf(language.message(n, n % DEVICES, ts), ts + 1000)
      payloadBytes += entry.payload.length
      return entry
    })
    bodies.push(encodeEntries(entries))
  }
  const before = (language.births ?? []).map((sent) => encodeEntries([entryOf(sent, FIRST_TS)]))
  return { language, before, bodies, messages: bodies.length * RECORD_MESSAGES, payloadBytes }
}

/** CPU seconds that the messages take. */
function costOf({ language, before, bodies, messages }: Load, by: DecodeRules): number {
  const decoder = new Decoder()
  const cursor = new EntryCursor()
  const block = new ReadingBlock()
  const take = (body: Buffer): number => {
    let readings = 0
    cursor.open(body)
    while (cursor.next()) {
      const taken = decoder.take(cursor, by, block, 1)
      readings += taken.readings
      if (!taken.isDecoded) throw new Error(`${language.name}: ${JSON.stringify(taken.rejected)}`)
    }
    if (block.length >= BLOCK_READINGS) block.clear()
    return readings
  }
  for (const body of before) take(body)
  let readings = 0
  const start = process.cpuUsage()
  for (const body of bodies) readings += take(body)
  const { user, system } = process.cpuUsage(start)
  if (readings !== messages * language.readings)
    throw new Error(`${language.name}: ${readings / messages} readings a message`)
  return (user + system) / 1e6
}

/** Measures what messages of other languages cost beside those of our own, in turn: the ratios are those of one round. */
export function languages({ messages, rounds }: Pick<BenchOptions, 'messages' | 'rounds'>): (string | number)[][] {
  const by = rules()
  const loads = LANGUAGES.map((language) => loadOf(language, messages / 2))
  const costs = loads.map((): number[] => [])
  // The first round is that of the compiler.
  for (let i = 0; i <= rounds; i++) {
    for (const [at, load] of loads.entries()) {
      const cost = costOf(load, by)
      if (i > 0) costs[at]!.push(cost)
    }
  }
  const per = (at: number, unit: (load: Load) => number) => costs[at]!.map((cost) => (cost * 1e6) / unit(loads[at]!))
  const readingsOf = ({ language, messages: count }: Load) => count * language.readings
  const ratio = (at: number, unit: (load: Load) => number) => {
    const plain = per(0, unit)
    return round(median(per(at, unit).map((cost, i) => plain[i]! / cost)))
  }
  return loads.map((load, at) => {
    const us = median(per(at, readingsOf))
    say(`${load.language.name}: ${JSON.stringify(costs[at])}`)
    return [
      load.language.name,
      load.language.readings,
      Math.round(load.payloadBytes / load.messages),
      Math.round(1e6 / us),
      ratio(at, readingsOf),
      ratio(at, (one) => one.messages),
      ratio(at, (one) => one.payloadBytes),
    ]
  })
}

export const LANGUAGE_HEAD = [
  'a core',
  'readings',
  'bytes',
  'readings/s',
  'beside ours: a reading',
  'a message',
  'a byte',
]
