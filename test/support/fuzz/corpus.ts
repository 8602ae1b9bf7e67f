import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { writeFrame } from '../../../src/base/hj212/frame.js'
import { hj212Topic } from '../../../src/base/hj212/topic.js'
import type { IngressKind } from '../../../src/base/ingress.js'
import { profilesFolder } from '../../../src/config/config.js'
import { profilesIn, readProfile } from '../../../src/config/profile-files.js'
import type { DecodeRules } from '../../../src/decode/decode.js'
import { type Profile, profileOptions } from '../../../src/decode/profile/profile.js'
import { bdSeq, encoded, type SentMetric, TYPE } from '../sparkplug.js'

/** One message before anybody has changed it. */
export interface Specimen {
  readonly topic: string
  readonly payload: Buffer
  readonly ingress: IngressKind
}

export type Language = 'plain' | 'sparkplug' | 'profile' | 'hj212'

export const ARRIVED_AT = Date.parse('2026-11-24T08:00:00Z')
const PLANT = 'suzhou-1'
const MN = '010000A8900016F000169DC0'
/** Specimens that fast-check makes of plain JSON and of Sparkplug; half as many of HJ 212. */
const GENERATED = 400

/** Register maps are for gateways that ask: nobody sends in their language. */
const profiles: Readonly<Record<string, Profile>> = Object.fromEntries(
  profilesIn([profilesFolder]).flatMap((id) => {
    const { data } = profileOptions.safeParse(readProfile(join(profilesFolder, `${id}.yaml`)).tree)
    return data === undefined || data.messages === undefined ? [] : [[id, data]]
  }),
)

/** A gateway that speaks every language there is, with every profile that comes with it. */
export const RULES: DecodeRules = {
  registered: null,
  retentionMs: null,
  timezones: new Map([[PLANT, 'Asia/Shanghai']]),
  settings: {
    profiles: {
      use: Object.keys(profiles).map((profile) => ({ profile, plant: PLANT, line: 'line-1' })),
      defined: Object.fromEntries(Object.entries(profiles)),
    },
    sparkplug: {
      metrics: [
        { match: '*/skip/*', metric: false },
        { match: 'Power*', metric: 'elec_power_kw', unit: 'W' },
      ],
    },
    hj212: {
      stations: [
        { mn: MN, plant: PLANT, line: 'boilers', device: 'stack-1', flow_unit: 'm3/s' },
        { mn: 'A1', plant: PLANT, line: 'boilers', device: 'stack-2', take: 'minute', crc: 'lower' },
      ],
    },
  },
}

/** Messages that are right, and some that are nearly so, by their language. */
export function corpus(seed: number): Readonly<Record<Language, readonly Specimen[]>> {
  return { plain: plain(seed), sparkplug: sparkplug(seed), profile: ofProfiles(), hj212: hj212(seed) }
}

interface CaseInput {
  readonly topic: string
  readonly json?: unknown
  readonly text?: string
  readonly base64?: string
}

function plain(seed: number): readonly Specimen[] {
  const folder = new URL('../../cases/decode/', import.meta.url)
  const cases = readdirSync(folder).map((name) => {
    const { topic, json, text, base64 } = JSON.parse(
      readFileSync(new URL(`${name}/input.json`, folder), 'utf8'),
    ) as CaseInput
    const payload = base64 === undefined ? Buffer.from(text ?? JSON.stringify(json)) : Buffer.from(base64, 'base64')
    return { topic, payload, ingress: 'mqtt' as const }
  })
  const any = fc.sample(fc.json({ maxDepth: 4 }), { seed, numRuns: GENERATED })
  const topic = `plants/${PLANT}/press/r-2/robot`
  return [...cases, ...any.map((text) => ({ topic, payload: Buffer.from(text), ingress: 'mqtt' as const }))]
}

function ofProfiles(): readonly Specimen[] {
  return Object.values(profiles).flatMap(({ cases }) =>
    cases.map(({ topic, payload }) => ({ topic, payload: Buffer.from(payload), ingress: 'mqtt' as const })),
  )
}

const number = fc.integer({ min: 0, max: 2 ** 31 - 1 })
const value: fc.Arbitrary<SentMetric['value'] & object> = fc.oneof(
  number.map((int) => ({ int })),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }).map((long) => ({ long })),
  fc.float().map((float) => ({ float })),
  fc.double().map((double) => ({ double })),
  fc.boolean().map((bool) => ({ bool })),
  fc.string().map((text) => ({ text })),
)
const when = fc.integer({ min: ARRIVED_AT - 86_400_000, max: ARRIVED_AT + 400_000 })
/** Some are one and the same when they have become ids and names of ours. */
const name = fc.constantFrom('elec_import_kwh', 'Line 1/elec_import_kwh', 'Power', 'Temp 1', 'temp/1', 'a/skip/b', '水')
const metric: fc.Arbitrary<SentMetric> = fc
  .record({
    name: fc.option(name, { nil: undefined }),
    alias: fc.option(fc.nat(8), { nil: undefined }),
    ts: fc.option(when, { nil: undefined }),
    type: fc.constantFrom(...Object.values(TYPE), 0),
    isNull: fc.option(fc.boolean(), { nil: undefined, freq: 6 }),
    value: fc.option(value, { nil: undefined, freq: 8 }),
    properties: fc.option(
      fc.record({
        Quality: fc.constantFrom({ int: 192 }, { int: 500 }, { text: 'x' }),
        engUnit: fc.constant({ text: 'kWh' }),
      }),
      { nil: undefined },
    ),
  })
  .map((made) => Object.fromEntries(Object.entries(made).filter(([, one]) => one !== undefined)))
const groups = fc.constantFrom('G1', 'g1', 'G2', 'STATE')
const nodes = fc.constantFrom('N1', 'n1', 'N2')
const devices = fc.constantFrom('D1', 'd1', 'D2')
const address = fc.oneof(
  fc.tuple(groups, fc.constantFrom('NBIRTH', 'NBIRTH', 'NDATA', 'NDATA', 'NDEATH', 'NCMD'), nodes),
  fc.tuple(groups, fc.constantFrom('DBIRTH', 'DBIRTH', 'DDATA', 'DDATA', 'DDEATH'), nodes, devices),
)

function sparkplug(seed: number): readonly Specimen[] {
  const births: SentMetric[] = [
    { name: 'elec_import_kwh', alias: 1, type: TYPE.Double, value: { double: 10 } },
    { name: 'Power', alias: 2, type: TYPE.Float, value: { float: 10 } },
    { name: 'state', alias: 3, type: TYPE.String, value: { text: 'Execute' } },
    { name: 'parts_good', alias: 4, type: TYPE.Int64, value: { long: 10n } },
  ]
  const table = {
    columns: ['t', 'elec_import_kwh', 'x'],
    types: [TYPE.DateTime, TYPE.Double, TYPE.Int32],
    rows: [0, 1].map((i) => [{ long: BigInt(ARRIVED_AT + i) }, { double: i }, { int: i }]),
  }
  const set: SentMetric = { name: 'set', alias: 5, type: TYPE.DataSet, dataSet: table }
  const data = births.map(({ alias, value: sent }) => ({ alias: alias!, value: sent! }))
  const scripted = [
    ['G1/NBIRTH/N1', { seq: 0, metrics: [bdSeq(1), ...births, set] }],
    ['G1/DBIRTH/N1/D1', { seq: 1, metrics: [...births, set] }],
    ['G1/NDATA/N1', { seq: 2, metrics: data }],
    ['G1/DDATA/N1/D1', { seq: 3, metrics: [...data, { alias: 5, dataSet: table }] }],
    ['G1/NDEATH/N1', { metrics: [bdSeq(1)] }],
    ['G1/DDEATH/N1/D1', { seq: 4 }],
  ] as const
  const sent = fc.tuple(address, fc.option(when, { nil: undefined }), fc.nat(300), fc.array(metric, { maxLength: 8 }))
  const any = fc.sample(sent, { seed, numRuns: GENERATED }).map(([levels, ts, seq, metrics]) => {
    return [levels.join('/'), { ts, seq, metrics: levels[1] === 'NDEATH' ? [bdSeq(seq % 3)] : metrics }] as const
  })
  return [
    ...scripted.map(([topic, payload]) => [topic, { ts: ARRIVED_AT, ...payload }] as const),
    ...scripted.map(([topic, payload]) => [topic, { ts: ARRIVED_AT + 1000, ...payload }] as const),
    ...any,
  ].map(([topic, payload]) => ({
    topic: `spBv1.0/${topic}`,
    payload: Buffer.from(encoded(payload)),
    ingress: 'mqtt' as const,
  }))
}

const CP = [
  'DataTime=20261124150000;a21026-Rtd=1.0,a21026-ZsRtd=2.0,a21026-Flag=N;a21002-Rtd=3.0,a21002-Flag=D',
  'DataTime=20261124150000;a00000-Avg=1.5,a00000-Min=1,a00000-Max=2,a00000-Cou=9;a01013-Avg=-1.2',
  'DataTime=20261124150000;S01-Rtd=0.00,S01-Flag=D;02-Rtd=0.00,02-Flag=D;01-ZsRtd=0.00;a05001-Rtd=4e2',
  'a21026-Rtd=1.0,a21026-SampleTime=20261124145900;a34013-Rtd=5.0000,a34013-Flag=T',
]

/** Segments: the fuzzer puts some of them into sound frames after it has changed them. */
function hj212(seed: number): readonly Specimen[] {
  const head = fc.record({
    cn: fc.constantFrom('2011', '2051', '2061', '2031', '9015', '3020', '1'),
    flag: fc.constantFrom('4', '5', '7;PNUM=2;PNO=1', '7;PNUM=2;PNO=2', '8', '0', '999', 'x'),
    mn: fc.constantFrom(MN, MN, MN, 'A1', 'B2'),
    cp: fc.oneof(
      fc.constantFrom(...CP),
      fc.array(fc.constantFrom(...CP.flatMap((one) => one.split(';'))), { maxLength: 9 }).map((all) => all.join(';')),
    ),
  })
  return fc.sample(head, { seed, numRuns: GENERATED / 2 }).map(({ cn, flag, mn, cp }) => {
    const segment = `QN=20261124150001000;ST=31;CN=${cn};PW=123456;MN=${mn};Flag=${flag};CP=&&${cp}&&`
    return { topic: hj212Topic(mn), payload: framed(Buffer.from(segment), mn === 'A1'), ingress: 'hj212' as const }
  })
}

/** A sound frame without its line end; of what is too long for one, the beginning. */
export function framed(segment: Buffer, isLower = false): Buffer {
  const text = segment.subarray(0, 3000).toString('utf8')
  return Buffer.from(writeFrame(text, isLower ? 'lower' : 'upper').subarray(0, -2))
}
