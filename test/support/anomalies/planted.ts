import type { PlantDescription } from '../../../simulators/plants/description.js'
import { dresden } from '../../../simulators/plants/dresden.js'
import { monterrey } from '../../../simulators/plants/monterrey.js'
import { suzhou } from '../../../simulators/plants/suzhou.js'
import { randomStream } from '../../../simulators/random.js'
import { demoConfig } from '../../../simulators/truth/config.js'
import type { AnomalyKind } from '../../../src/base/anomaly.js'
import { DAY_MS, QUARTER_HOUR_MS } from '../../../src/base/durations.js'
import { ANOMALY_KINDS } from '../../../src/insight/anomalies/finding.js'
import type { PlantHistory } from '../../../src/insight/anomalies/plant-history.js'
import { disturb } from './disturbances.js'
import { plantFault } from './faults.js'
import { historyOf, metersOf } from './measured-plant.js'
import { truePlant } from './plant-days.js'
import type { PlantedAnomaly } from './plot.js'

export const PLANTED_PLANTS: readonly PlantDescription[] = [suzhou, dresden, monterrey]
export const PLANTED_DAYS = 60
/** Day before which nothing is planted. */
const FIRST_DAY = 23
const PER_DAY = 96

/** History of a plant as a gateway knows it, with what was planted in it. */
export interface PlantedHistory {
  readonly history: PlantHistory
  readonly planted: readonly PlantedAnomaly[]
  /** Days from 0 that say nothing of an ordinary week: they do not count in the time that a finding takes. */
  readonly unusual: ReadonlySet<number>
}

/** Kinds of the electric meters, one of which is planted in a history; those of water and robots come beside them. */
const ELECTRIC: readonly AnomalyKind[] = [
  'stuck',
  'spike',
  'sign_swapped',
  'unit_swapped',
  'swapped_meters',
  'conservation_broken',
  'drift',
  'compressed_air_base_load',
  'idle_waste',
]
const WATER: readonly AnomalyKind[] = ['leak', 'stuck', 'spike', 'unit_swapped']

/** First days of histories: most of them hold a change of the clocks where there is one. */
const BEGINNINGS = ['2026-02-10', '2026-03-01', '2026-06-05', '2026-09-01', '2026-10-01']

/** A history of a plant: rest days, gaps, restarts and stops of machines in each, and with `isPlanted` up to three anomalies. */
export function plantedHistory(plantNumber: number, seed: number, isPlanted = true): PlantedHistory {
  const description = PLANTED_PLANTS[plantNumber]!
  const { id } = description.model
  const random = randomStream('planted', seed, id)
  const from = BEGINNINGS[Math.floor(random() * BEGINNINGS.length)]!
  const rest = restDays(random)
  const truth = truePlant({ description, seed: seed * 31 + plantNumber, from, days: PLANTED_DAYS, restDays: rest })
  const dateOf = (day: number) => new Date(Date.parse(from) + day * DAY_MS).toISOString().slice(0, 10)
  const calendar = [...rest].map((day, i) => ({ date: dateOf(day), name: `rest ${i}`, planned_stop: i === 2 }))
  const plan = { ...demoConfig().get(id)!, calendar }
  const meters = metersOf(description, truth)
  const history = (): PlantHistory => historyOf(plan, truth, meters, description.devices)
  const days = history().days
  const isPlannedAt = (i: number) => days.planned(truth.startMs + i * QUARTER_HOUR_MS) === 1
  const planted: PlantedAnomaly[] = []
  const unusual = new Set([...rest].flatMap((day) => [day, day + 1]))
  disturb({ meters, truth, description, random, from: 0, isPlanned: isPlannedAt }, 'stops')
  if (isPlanted) {
    const electric = ELECTRIC[(seed + plantNumber * 3) % ELECTRIC.length]!
    const water = WATER[Math.floor(seed / 2) % WATER.length]!
    const kinds = [electric, ...(seed % 2 === 0 ? [water] : []), ...(seed % 3 === 0 ? (['slower_cycle'] as const) : [])]
    for (const [place, kind] of kinds.entries()) {
      // Nothing begins on a rest day, the day after it, or two days before, which a short one may need.
      const usual = Array.from({ length: PLANTED_DAYS - FIRST_DAY }, (_, n) => FIRST_DAY + n).filter((day) => {
        const lost = [...unusual].filter((one) => one > day).length
        const isInTime = day + ANOMALY_KINDS[kind] + lost + 1 < PLANTED_DAYS
        return isInTime && ![-1, 0, 1, 2].some((more) => rest.has(day + more))
      })
      const day = usual[Math.floor(random() * usual.length)]!
      const onset = day * PER_DAY + Math.floor(random() * PER_DAY)
      const plot = { meters, truth, description, random, from: onset, isPlanned: isPlannedAt }
      const one = plantFault(kind, plot, place > 0 && kind !== 'slower_cycle')
      if (one !== null) planted.push(one)
    }
  }
  disturb({ meters, truth, description, random, from: 0, isPlanned: isPlannedAt }, 'gaps')
  return { history: history(), planted, unusual }
}

/** Two holidays and a stop of two days. */
function restDays(random: () => number): ReadonlySet<number> {
  const day = (least: number, most: number) => least + Math.floor(random() * (most - least))
  const stop = day(40, 52)
  return new Set([day(3, 18), day(22, 38), stop, stop + 1])
}
