// @module-tag slow

import { expect, test } from 'vitest'
import { ANOMALY_KIND_LIST, type AnomalyKind } from '../../../../src/base/anomaly.js'
import { DAY_MS } from '../../../../src/base/durations.js'
import { AnomalyWatch, anomaliesOf } from '../../../../src/insight/anomalies/anomaly-watch.js'
import type { AnomalyFinding } from '../../../../src/insight/anomalies/finding.js'
import type { PlantHistory } from '../../../../src/insight/anomalies/plant-history.js'
import { type JudgedHistory, judged, kindFigures } from '../../../support/anomalies/judge.js'
import { PLANTED_PLANTS, plantedHistory } from '../../../support/anomalies/planted.js'

/** Proves that planted anomalies of each kind are found within their stated time, by their name, and hardly anything else is. */

const PLANTS = PLANTED_PLANTS.map((_, number) => number)
/** Runs of the search, each of all plants (100 at its full size; `npm test` makes none), and the share of each kind to be found. */
const RUNS = Number(process.env.ANOMALY_RUNS ?? 0)
const SHARE_LEAST = 0.9

/** The watch over histories of all plants with some seeds. */
function* over(seeds: Iterable<number>, isPlanted = true): Generator<JudgedHistory> {
  for (const seed of seeds) for (const plant of PLANTS) yield judged(plantedHistory(plant, seed, isPlanted))
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n)

test('of one run of three plants all that was planted is found, by its name, and nothing else', () => {
  const all = [...over([3])]
  expect(all.flatMap(({ outcomes }) => outcomes).filter(({ days }) => days === null)).toEqual([])
  expect(all.flatMap(({ falsely }) => falsely)).toEqual([])
})

test('nothing is found in a plant with gaps, restarts, holidays, stops and changes of the clocks alone', () => {
  expect([...over([102], false)].flatMap(({ falsely }) => falsely)).toEqual([])
})

test('a finding is made of what was known by then: what comes later changes nothing', () => {
  const { history } = plantedHistory(0, 3)
  const whole = anomaliesOf(history)
  expect(whole.length).toBeGreaterThan(0)
  const day = Math.ceil((whole[0]!.foundMs - history.startMs) / DAY_MS)
  const watch = new AnomalyWatch(withoutFuture(history, day * 96))
  for (let n = 0; n < day; n++) watch.nextDay()
  const known = (one: AnomalyFinding) => [one.kind, one.device, one.sinceMs, one.foundMs]
  const endMs = history.startMs + day * 96 * history.stepMs
  expect(watch.findings.map(known)).toEqual(whole.filter(({ foundMs }) => foundMs <= endMs).map(known))
})

/** The same history with other values from an interval on. */
function withoutFuture(history: PlantHistory, from: number): PlantHistory {
  const changed = (values: Float64Array) => values.map((value, i) => (i < from ? value : 7 + 3 * Math.sin(i)))
  const meters = history.meters.map((meter) => ({ ...meter, values: changed(meter.values) }))
  const machines = history.machines.map((machine) => ({ ...machine, cycles: changed(machine.cycles) }))
  return { ...history, meters, machines }
}

test('a finding says how much, or why not, and shows its figures', () => {
  const { history, planted } = plantedHistory(0, 3)
  const [first] = planted
  const finding = anomaliesOf(history).find(({ kind }) => kind === first!.kind)!
  expect(finding.excess).not.toBeNull()
  expect(finding.money.value! / finding.kwh.value!).toBeCloseTo(0.8)
  expect(finding.kgCo2e.value! / finding.kwh.value!).toBeCloseTo(0.55)
  expect(finding.evidence.measured.length).toBe(finding.evidence.expected.length)
  expect(finding.evidence.measured.length).toBeLessThanOrEqual(400)
  expect(finding.confidence).toBeGreaterThan(0)
  const unpriced = anomaliesOf({ ...history, pricePerKwh: null }).find(({ kind }) => kind === first!.kind)!
  expect(unpriced.money).toEqual({ value: null, reason: 'no_price' })
})

test.runIf(RUNS > 0)(
  'of many runs of three plants 90 % of each kind are found in time, and at most one false one a device and month',
  {
    timeout: 10_800_000,
  },
  () => {
    const all = [...over(range(1, RUNS + 1))]
    const figures = kindFigures(all.flatMap(({ outcomes }) => outcomes))
    const falsely = all.flatMap((one) => one.falsely)
    const months = all.reduce((sum, { deviceMonths }) => sum + deviceMonths, 0)
    console.table(figures)
    console.log(
      `false: ${falsely.length} in ${months.toFixed(0)} months of a device; ${falsely.map(({ kind }) => kind).join(' ')}`,
    )
    const isFound = ({ planted, found }: (typeof figures)[number]) => planted > 0 && found >= SHARE_LEAST * planted
    expect(figures.filter(isFound).map(({ kind }): AnomalyKind => kind)).toEqual(ANOMALY_KIND_LIST)
    expect(Math.max(...all.map(({ worstDeviceMonth }) => worstDeviceMonth))).toBeLessThanOrEqual(1)
  },
)
