import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { demoPlants } from '../../../simulators/demo-plants.js'
import { DeviceSamples } from '../../../simulators/device-samples.js'
import { nextStep, pastFromMs, pastOf, pastOfAllFromMs } from '../../../simulators/past/past.js'
import { readProgress, writeProgress } from '../../../simulators/past/progress.js'
import type { Sample } from '../../../simulators/plant.js'
import { Stop } from '../../../simulators/stop.js'
import { Timetable } from '../../../simulators/timetable.js'
import { pastExpectationsOf } from '../../../simulators/truth/past.js'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/base/durations.js'

/** The present of these tests: the past of 80 days reaches back over the turn of the year. */
const PRESENT_MS = Date.parse('2026-01-15T10:00:00Z')
const DAYS = 80
/** First days of December and of January in Suzhou. */
const DECEMBER_MS = Date.parse('2025-11-30T16:00:00Z')
const JANUARY_MS = Date.parse('2025-12-31T16:00:00Z')

const [suzhou] = demoPlants(1, { plants: 1 })
const fromMs = pastFromMs(suzhou!, PRESENT_MS, DAYS)

function deviceOf(id: string, seed = 1) {
  return demoPlants(seed, { plants: 1 })[0]!.devices.find(({ path }) => path.device === id)!
}

function past(id: string, seed?: number): readonly Sample[] {
  return pastOf(suzhou!, deviceOf(id, seed), DAYS, fromMs, PRESENT_MS)
}

function within(samples: readonly Sample[], startMs: number, endMs: number): readonly Sample[] {
  return samples.filter(({ ts }) => ts >= startMs && ts < endMs)
}

describe('the past of a demo plant', () => {
  test('is a function of the seed', () => {
    expect(past('main-1')).toEqual(past('main-1'))
    expect(past('main-1')).not.toEqual(past('main-1', 2))
  })

  test('begins at a local midnight, and at none that the plant knows nothing of', () => {
    expect(new Date(fromMs).toISOString()).toBe('2025-10-26T16:00:00.000Z')
    expect(past('main-1')[0]!.ts).toBe(fromMs)
    expect(pastFromMs(suzhou!, PRESENT_MS, 5000)).toBe(suzhou!.epochMs)
    expect(pastOfAllFromMs(demoPlants(1), PRESENT_MS, DAYS)).toBe(Date.parse('2025-10-26T16:00:00Z'))
  })

  test('tells of the grid meter each quarter of five weeks and each hour before, and ends where the present begins', () => {
    const samples = past('main-1')
    expect(within(samples, PRESENT_MS - 34 * DAY_MS, PRESENT_MS - 33 * DAY_MS)).toHaveLength(96)
    expect(within(samples, PRESENT_MS - 60 * DAY_MS, PRESENT_MS - 59 * DAY_MS)).toHaveLength(24)
    expect(samples.at(-1)!.ts).toBe(PRESENT_MS - 15 * MINUTE_MS)
    const times = samples.map(({ ts }) => ts)
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b))
  })

  test('tells of the meters of lines five weeks alone, and of stacks, gauges and states nothing', () => {
    const press = past('press-1')
    expect(PRESENT_MS - press[0]!.ts).toBeLessThanOrEqual(35 * DAY_MS)
    expect(within(press, PRESENT_MS - 30 * DAY_MS, PRESENT_MS - 29 * DAY_MS)).toHaveLength(24)
    expect(past('boiler-1')).toEqual([])
    expect(past('gauge-1')).toEqual([])
    expect(past('robot-1')).toEqual([])
    expect(Object.keys(past('robot-3')[0]!.metrics)).toEqual(['cycle_count', 'parts_good', 'parts_reject'])
  })

  test('has no kW, which would hold for minutes of an hour', () => {
    const names = new Set(past('main-1').flatMap(({ metrics }) => Object.keys(metrics)))
    expect([...names].sort()).toEqual(['elec_export_kwh', 'elec_import_kwh', 'elec_reactive_kvarh'])
  })

  test('is sent in steps without a gap or an overlap, newest first', () => {
    let sentFromMs = PRESENT_MS
    for (let step = nextStep(fromMs, sentFromMs, PRESENT_MS); step !== null; ) {
      expect(step.toMs).toBe(sentFromMs)
      expect(step.fromMs).toBeLessThan(step.toMs)
      sentFromMs = step.fromMs
      step = nextStep(fromMs, sentFromMs, PRESENT_MS)
    }
    expect(sentFromMs).toBe(fromMs)
  })
})

describe('the registers of a plant before its meters were exchanged', () => {
  const main = deviceOf('main-1')

  test('never fall, and are those of the meter before', () => {
    const shown = main.samples(JANUARY_MS - 3 * DAY_MS, JANUARY_MS, 5 * MINUTE_MS).map(({ metrics }) => {
      return metrics.elec_import_kwh as number
    })
    expect(shown.every((value, i) => i === 0 || value >= shown[i - 1]!)).toBe(true)
    expect(shown[0]).toBeGreaterThan(1e6)
  })

  test('begin at zero on New Year, as they did before anything was known of the year before', () => {
    const [first] = main.samples(JANUARY_MS, JANUARY_MS + 1, 15_000)
    expect(first!.metrics.elec_import_kwh).toBe(0)
    const [robot] = deviceOf('robot-3').past!.samples(JANUARY_MS, JANUARY_MS + 1, HOUR_MS)
    expect(robot!.metrics).toEqual({ cycle_count: 0, parts_good: 0, parts_reject: 0 })
  })

  test('count the same pieces, whoever asks first', () => {
    const [robot, same] = [deviceOf('robot-3'), deviceOf('robot-3')]
    const at = (device: typeof robot, ms: number) => device.past!.samples(ms, ms + 1, HOUR_MS)[0]!.metrics
    const first = [at(robot, DECEMBER_MS), at(robot, JANUARY_MS - HOUR_MS)]
    const last = [at(same, JANUARY_MS - HOUR_MS), at(same, DECEMBER_MS)].reverse()
    expect(first).toEqual(last)
    expect(first[1]!.parts_good as number).toBeGreaterThan((first[0]!.parts_good as number) + 10_000)
  })
})

describe('what the truth states of a past', () => {
  const timetable = new Timetable({
    ...{ startedAtMs: PRESENT_MS, fromMs: PRESENT_MS, untilMs: PRESENT_MS },
    ...{ backfillMs: 0, periodMs: 15_000, speed: 1 },
  })
  const samples = new DeviceSamples(suzhou!, deviceOf('main-1'), timetable)
  const range = { days: DAYS, fromMs, presentMs: PRESENT_MS }
  const stated = [...pastExpectationsOf({ plant: suzhou!, samples }, range, PRESENT_MS)].filter(
    ({ metric }) => metric === 'elec_import_kwh',
  )

  test('are the whole months and days, each month the sum of its days', () => {
    const months = stated.filter(({ window }) => window === '1mo')
    expect(months.map(({ start }) => start)).toEqual(['2025-10-31T16:00:00Z', '2025-11-30T16:00:00Z'])
    const days = stated.filter(
      ({ window, start }) => window === '1d' && start >= months[1]!.start && start < '2025-12-31T16',
    )
    expect(days).toHaveLength(31)
    expect(days.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(months[1]!.value, 6)
  })

  test('are what all samples come to', () => {
    const [november] = stated.filter(({ window }) => window === '1mo')
    const at = (ms: number) => deviceOf('main-1').samples(ms, ms + 1, 15_000)[0]!.metrics.elec_import_kwh as number
    expect(november!.value).toBeCloseTo(at(DECEMBER_MS) - at(Date.parse(november!.start)), 6)
    expect(november!.value).toBeGreaterThan(100_000)
  })
})

describe('the progress of a past', () => {
  test('is read as it was written, and nothing is read where nothing was', () => {
    const dir = mkdtempSync(join(tmpdir(), 'greengauge-past-'))
    const file = join(dir, 'past.json')
    expect(readProgress(file)).toBeNull()
    writeProgress(file, { fromMs, toMs: PRESENT_MS, sentFromMs: JANUARY_MS })
    expect(readProgress(file)).toEqual({ fromMs, toMs: PRESENT_MS, sentFromMs: JANUARY_MS })
    for (const text of ['', '{}', '{"from":"2026-01-02","to":"2026-01-01","sent_from":"2026-01-01"}']) {
      writeFileSync(file, text)
      expect(() => readProgress(file)).toThrow(Stop)
    }
    rmSync(dir, { recursive: true })
  })
})
