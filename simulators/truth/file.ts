import { renameSync, writeFileSync } from 'node:fs'
import { EXIT } from '../../src/base/exit-codes.js'
import type { DeviceCount } from '../device.js'
import type { DeviceSamples } from '../device-samples.js'
import type { FaultName } from '../faults/names.js'
import type { DeviceFaults } from '../faults/plan.js'
import type { SimulatedPlant } from '../plant.js'
import { type Planted, WITH_PAST } from '../plants/kunshan.js'
import { Stop } from '../stop.js'
import { DEMO_CONFIG, demoConfig } from './config.js'
import type { Expectation } from './expectation.js'
import { expectedOf } from './expected.js'

/** Record of what has been sent in a run. */
export interface RunRecord {
  readonly seed: number
  readonly faults: readonly FaultName[]
  /** All devices have sent what they sampled in [fromMs, toMs], epoch ms. */
  readonly fromMs: number
  readonly toMs: number
  /** Everything that was sent has been acknowledged. */
  readonly isComplete: boolean
  readonly devices: readonly {
    readonly plant: SimulatedPlant
    readonly samples: DeviceSamples
    readonly faults: DeviceFaults
    readonly count: DeviceCount
  }[]
  /** The plant that has a past: its own time, epoch ms, and what was done to it; null when it was not played. */
  readonly past: { readonly fromMs: number; readonly toMs: number; readonly planted: readonly Planted[] } | null
}

/** One device in the truth file. */
export interface DeviceTruth {
  readonly plant: string
  readonly line: string
  readonly device: string
  readonly class: string
  readonly faults: readonly FaultName[]
  readonly messages: number
  readonly elements: number
  readonly acknowledged: number
  /** Number of elements or metrics that must have been refused, by reason. */
  readonly rejections: DeviceCount['rejections']
}

/** The truth file. */
export interface Truth {
  readonly seed: number
  /** RFC 3339; a figure is expected of every whole local hour and day between the two. */
  readonly from: string
  readonly until: string
  readonly faults: readonly FaultName[]
  /** The configuration that the gateway must have: it gives periods, roles, shifts and zones. */
  readonly config: string
  readonly complete: boolean
  readonly plants: readonly { readonly id: string; readonly timezone: string }[]
  readonly devices: readonly DeviceTruth[]
  /** The plant that has a past: its beginning, and what was done to it; absent when it was not played. */
  readonly past?: { readonly plant: string; readonly from: string; readonly planted: readonly Planted[] }
  /** Empty when the run is not complete: then nothing can be said. */
  readonly expected: readonly Expectation[]
}

/** The truth of a run. */
export function truthOf(record: RunRecord): Truth {
  const config = demoConfig()
  const plants = [...new Set(record.devices.map((one) => one.plant))]
  return {
    seed: record.seed,
    from: new Date(record.fromMs).toISOString(),
    until: new Date(record.toMs).toISOString(),
    faults: record.faults,
    config: DEMO_CONFIG,
    complete: record.isComplete,
    plants: plants.map(({ id, timezone }) => ({ id, timezone })),
    devices: record.devices.map(({ samples, faults, count }) => ({
      ...samples.device.path,
      class: samples.device.class,
      faults: faults.names,
      messages: count.messages,
      elements: count.elements,
      acknowledged: count.acknowledged,
      rejections: count.rejections,
    })),
    ...pastOf(record),
    expected: plants.flatMap((plant) => {
      const options = config.get(plant.id)
      if (options === undefined || !record.isComplete) return []
      const observed = record.devices
        .filter((one) => one.plant === plant)
        .map(({ samples, faults }) => ({ samples, faults: faults.ofSamples }))
      const { fromMs, toMs } = (plant.id === WITH_PAST ? record.past : null) ?? record
      return expectedOf(options, observed, fromMs, toMs)
    }),
  }
}

function pastOf({ past }: RunRecord): Pick<Truth, 'past'> {
  if (past === null) return {}
  return { past: { plant: WITH_PAST, from: new Date(past.fromMs).toISOString(), planted: past.planted } }
}

/** Writes the truth of a run, all of it or nothing. */
export function writeTruth(file: string, record: RunRecord): { truth: string; expected: number } {
  const truth = truthOf(record)
  try {
    writeFileSync(`${file}.part`, `${JSON.stringify(truth, null, 1)}\n`)
    renameSync(`${file}.part`, file)
  } catch (error) {
    throw new Stop(EXIT.io, `--truth cannot be written: ${(error as Error).message}`)
  }
  return { truth: file, expected: truth.expected.length }
}
