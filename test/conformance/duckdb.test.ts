import { DuckDBInstance } from '@duckdb/node-api'
import { Archive } from '../../src/archive/archive.js'
import { Database } from '../../src/archive/database.js'
import { Senders } from '../../src/archive/senders.js'
import type { Reading } from '../../src/base/reading.js'
import { ReadingBlock } from '../../src/base/reading-block.js'
import { windowKey } from '../../src/kpi/windows/point.js'
import { DuckdbStore } from '../../src/stores/duckdb.js'
import { embeddedHistory } from '../../src/stores/history.js'
import type { StoreSample } from '../../src/stores/sample.js'
import type { StoreBatch } from '../../src/stores/store.js'
import { UNITS } from '../support/series.js'
import { Sources } from '../support/sources.js'
import { storeSuite } from './store.suite.js'

storeSuite('duckdb', async () => {
  const database = await Database.on(await DuckDBInstance.create(':memory:', { threads: '1' }))
  const archive = await Archive.open(database, new Senders())
  const store = await DuckdbStore.open(database, UNITS)
  const sources = new Sources()
  let position = 0
  return {
    history: embeddedHistory(store, archive),
    write: async ({ samples, points, erased }: StoreBatch) => {
      const readings = new ReadingBlock()
      for (const one of [...samples].flatMap(readingsOf)) sources.addTo(readings, one, position++)
      await archive.commit({ readings, events: [], progress: () => position })
      const again = new Set(points.map(windowKey))
      const stored = (await store.states('')).map(({ point }) => point)
      const gone = new Set(
        erased.map(({ stream, startMs }) => windowKey({ stream, startMs } as (typeof points)[number])),
      )
      await store.remove(stored.filter((point) => gone.has(windowKey(point)) && !again.has(windowKey(point))))
      await store.write(points)
      return { kind: 'stored', refused: [] }
    },
    close: () => database.close(),
  }
})

/** The readings as they came from the decoder. */
function readingsOf({ source, ts, metrics, values, qualities }: StoreSample): Reading[] {
  return metrics.map((metric, i) => ({
    ...source,
    metric,
    ts,
    value: values[i] as number | string,
    unit: '',
    quality: qualities[metric] ?? 0,
    seq: null,
    receivedAt: ts,
    tsAssumed: false,
  }))
}
