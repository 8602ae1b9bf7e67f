import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { gasTurbine } from '../../../simulators/datasets/gas-turbine.js'
import { steel } from '../../../simulators/datasets/steel.js'
import { ur3 } from '../../../simulators/datasets/ur3.js'
import { demoPlants } from '../../../simulators/demo-plants.js'
import { DeviceSamples } from '../../../simulators/device-samples.js'
import { FAULTS, type FaultName } from '../../../simulators/faults/names.js'
import { planOf } from '../../../simulators/faults/plan.js'
import { payloadOf } from '../../../simulators/samples.js'
import { type Send, sendsOf } from '../../../simulators/sends.js'
import { Timetable } from '../../../simulators/timetable.js'
import { topicOf } from '../../../src/base/topic.js'
import type { JournalEntry } from '../../../src/journal/entries.js'
import { datasetFile } from '../../support/datasets.js'
import { message } from '../../support/simulated-life.js'

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** A journal that is the same each time, of which every figure is made. */
export interface GoldenJournal {
  readonly name: string
  /** Public data set it is made of; null where it needs none. */
  readonly file: string | null
  readonly plants: readonly string[]
  readonly config: object
  /** Instants from and to which it lasts, epoch ms; figures are computed each `stepMs` of it. */
  readonly fromMs: number
  readonly toMs: number
  readonly stepMs: number
  /** Messages in order of arrival. */
  messages(): Promise<readonly Message[]>
}

export type Message = Extract<JournalEntry, { kind: 'message' }>

const period = { period_s: 900 }
const STEEL = {
  id: 'steel',
  name: { en: 'Steel works' },
  timezone: 'Asia/Seoul',
  grid_region: 'KR',
  lines: [{ id: 'mill' }],
  devices: [
    {
      id: 'main-1',
      line: 'mill',
      role: 'main',
      metrics: { elec_import_kwh: period, elec_reactive_kvarh: period, elec_reactive_lead_kvarh: period },
    },
  ],
  factors: [
    {
      id: 'own.grid.kr.2018',
      activity: 'grid_electricity',
      value: 0.4594,
      unit: 'kgCO2e/kWh',
      region: 'KR',
      valid_from: '2018-01-01',
      published: '2018-01-01',
      source: 'example value of a test, from memory',
    },
  ],
}

const hourly = { period_s: 3600 }
const TURBINE = {
  id: 'gas-turbine',
  name: { en: 'Power plant' },
  timezone: 'UTC',
  lines: [{ id: 'power' }],
  devices: [{ id: 'turbine-1', line: 'power', role: 'stack', metrics: { nox_mgm3: hourly, co_mgm3: hourly } }],
}
/** The data set has no times: its first hour is this one. */
const TURBINE_START_MS = Date.parse('2011-01-01T00:00:00Z')

const everySecond = { period_s: 1 }
const ROBOT = {
  id: 'ur3',
  name: { en: 'Robot cell' },
  timezone: 'UTC',
  lines: [{ id: 'cell' }],
  devices: [{ id: 'ur3', line: 'cell', role: 'robot', metrics: { state: everySecond, cycle_count: everySecond } }],
}

/** A Tuesday of all three demo plants, with the hours before it and behind it in which others have their night. */
const DEMO_FROM_MS = Date.parse('2026-10-12T16:00:00Z')
const DEMO_TO_MS = DEMO_FROM_MS + DAY_MS
const DEMO_PERIOD_MS = 15 * SECOND_MS
const DEMO_FILE = join(import.meta.dirname, '..', '..', '..', 'devices', 'demo', 'greengauge.yaml')

/** A data set that is not on this machine has no samples. */
const NOTHING: ReturnType<typeof steel> = { line: '', device: '', class: 'energy', samples: [], expected: {} }

/** All journals; a data set is replayed as it was taken, each sample a message that arrives a second later. */
export const JOURNALS: readonly GoldenJournal[] = [
  ofDataset({ name: 'steel', file: 'steel-energy.csv', plant: STEEL, read: steel, startMs: 0, stepMs: DAY_MS }),
  ofDataset({
    ...{ name: 'gas-turbine', file: 'gas-turbine-emissions.csv', plant: TURBINE, read: gasTurbine },
    ...{ startMs: TURBINE_START_MS, stepMs: 7 * DAY_MS },
  }),
  ofDataset({ name: 'ur3', file: 'ur3-cobot.csv', plant: ROBOT, read: ur3, startMs: 0, stepMs: 10 * MINUTE_MS }),
  {
    name: 'demo-day',
    file: null,
    plants: demoPlants(1).map(({ id }) => id),
    config: parse(readFileSync(DEMO_FILE, 'utf8')) as object,
    fromMs: DEMO_FROM_MS,
    toMs: DEMO_TO_MS + HOUR_MS,
    stepMs: 2 * HOUR_MS,
    messages: demoMessages,
  },
]

function ofDataset(of: {
  readonly name: string
  readonly file: string
  readonly plant: { readonly id: string }
  readonly read: typeof steel
  /** Epoch ms that is added to the times of the data set. */
  readonly startMs: number
  readonly stepMs: number
}): GoldenJournal {
  const path = datasetFile(of.file)
  const { line, device, class: kind, samples } = path === null ? NOTHING : of.read(readFileSync(path, 'utf8'))
  const topic = topicOf({ plant: of.plant.id, line, device }, kind)
  const firstMs = (samples[0]?.ts ?? 0) + of.startMs
  const lastMs = (samples.at(-1)?.ts ?? 0) + of.startMs
  const messages = () =>
    samples.map((sample) => {
      const moved = { ...sample, ts: sample.ts + of.startMs }
      return message(moved.ts + SECOND_MS, `replay-${of.plant.id}-${device}`, topic, payloadOf([moved]))
    })
  return {
    name: of.name,
    file: of.file,
    plants: [of.plant.id],
    config: { plants: [of.plant] },
    fromMs: Math.floor(firstMs / DAY_MS) * DAY_MS,
    toMs: lastMs + 2 * DAY_MS,
    stepMs: of.stepMs,
    messages: () => Promise.resolve(messages()),
  }
}

/** Seed 1 with every fault, so that late, doubled, lost and wrong samples are in the figures. */
async function demoMessages(): Promise<readonly Message[]> {
  const timetable = new Timetable({
    startedAtMs: DEMO_TO_MS,
    fromMs: DEMO_FROM_MS,
    untilMs: DEMO_TO_MS,
    backfillMs: 0,
    periodMs: DEMO_PERIOD_MS,
    speed: Infinity,
  })
  const clock = { nowMs: () => DEMO_TO_MS, sleep: () => Promise.resolve() }
  const { signal } = new AbortController()
  const faults = new Set(Object.keys(FAULTS) as FaultName[])
  const all: Message[] = []
  for (const plant of demoPlants(1)) {
    const cast = plant.devices.map((device) => {
      return new DeviceSamples(plant, device, device.isOnChange ? timetable.withPeriod(SECOND_MS) : timetable)
    })
    const plan = planOf(faults, cast, 1)
    for (const samples of cast) {
      const { path, class: kind, isOnChange } = samples.device
      const { ofSamples, ofSends } = plan.get(samples.device)!
      const client = `sim-${path.plant}-${path.device}`
      all.push(message(DEMO_FROM_MS, client, topicOf(path, 'status'), 'online', true))
      // A minute of a device in each message, so that a message that is late or lost is a short gap.
      const looksMax = isOnChange ? 60 : 4
      const source = sendsOf({ samples, faults: ofSamples, looksMax, clock, signal, onCovered: () => undefined })
      const sends = ofSends.reduce<AsyncIterable<Send>>((before, fault) => fault(before), source)
      let arrivedAt = DEMO_FROM_MS
      for await (const { atMs, payload } of sends) {
        arrivedAt = Math.max(arrivedAt, atMs + 20)
        all.push(message(arrivedAt, client, topicOf(path, kind), payload))
      }
    }
  }
  return all.toSorted((a, b) => a.arrivedAt - b.arrivedAt)
}
