// @module-tag slow

import { fc, test as property } from '@fast-check/vitest'
import { expect } from 'vitest'
import { readSamples } from '../../../src/archive/samples.js'
import { SeriesReadings } from '../../../src/archive/series-readings.js'
import { Bench, reading } from '../../support/engine.js'

const TS = Date.parse('2025-07-01T10:00:00Z')
const QUARTER_MS = 900_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
const METRICS = ['elec_import_kwh', 'elec_export_kwh', 'elec_reactive_kvarh']

property.prop(
  [fc.array(fc.tuple(fc.nat(2), fc.nat(50), fc.nat(5)), { minLength: 1, maxLength: 60 }), fc.nat(60), fc.nat(60)],
  { seed: 2018, numRuns: 20 },
)('the readings of many series at once are those of each, in order of time', async (came, from, length) => {
  const bench = await Bench.open()
  try {
    for (const [metric, second, value] of came) {
      await bench.commit([reading({ metric: METRICS[metric]!, ts: TS + second * 1000, value })])
    }
    const [fromMs, toMs] = [TS + from * 1000, TS + (from + length) * 1000]
    const ids = bench.archive.series.all().map(({ id }) => id)
    const stretch = await SeriesReadings.read(bench.database, ids, TS, TS + 120_000)
    const each = await readSamples(bench.database, ids, fromMs, toMs)
    for (const id of ids) {
      const { ts, value, quality, marks } = stretch.between(id, fromMs, toMs)!
      const columns = { ts: [...ts], value: [...value], quality: [...quality], marks: [...marks] }
      expect(columns).toEqual(each.get(id) ?? { ts: [], value: [], quality: [], marks: [] })
    }
    expect(stretch.between(ids[0]!, TS - 1, toMs)).toBeNull()
  } finally {
    await bench.close()
  }
})

property.prop([fc.array(fc.tuple(fc.nat(2), fc.nat(400)), { minLength: 1, maxLength: 60 }), fc.nat(400)], {
  seed: 2018,
  numRuns: 20,
})('what is read before and after an instant is the last day and the first hour of each', async (came, quarter) => {
  const bench = await Bench.open()
  try {
    for (const [metric, at] of came) {
      await bench.commit([reading({ metric: METRICS[metric]!, ts: TS + at * QUARTER_MS, value: at })])
    }
    const ms = TS + quarter * QUARTER_MS
    const ids = bench.archive.series.all().map(({ id }) => id)
    const before = await SeriesReadings.readBefore(bench.database, ids, ms)
    const after = await SeriesReadings.readAfter(bench.database, ids, ms)
    const each = await readSamples(bench.database, ids, TS, TS + 1000 * QUARTER_MS)
    for (const id of ids) {
      const earlier = each.get(id)!.ts.filter((ts) => ts < ms)
      const dayMs = Math.floor((earlier.at(-1) ?? ms) / DAY_MS) * DAY_MS
      const ofDay = earlier.filter((ts) => ts >= dayMs)
      expect([...before.between(id, dayMs, ms)!.ts]).toEqual(ofDay)
      if (earlier.length > 0) expect(before.between(id, dayMs - 1, ms)).toBeNull()
      const later = each.get(id)!.ts.filter((ts) => ts >= ms)
      expect([...after.of(id).ts]).toEqual(later.filter((ts) => ts < later[0]! + HOUR_MS))
    }
  } finally {
    await bench.close()
  }
})
