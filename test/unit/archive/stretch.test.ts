import { fc, test as property } from '@fast-check/vitest'
import { expect } from 'vitest'
import { readSamples } from '../../../src/archive/samples.js'
import { Stretch } from '../../../src/archive/stretch.js'
import { Bench, reading } from '../../support/engine.js'

const TS = Date.parse('2025-07-01T10:00:00Z')
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
    const stretch = await Stretch.read(bench.database, ids, TS, TS + 120_000)
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
