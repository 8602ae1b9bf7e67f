import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { parse } from 'yaml'
import type { KpiInfo } from '../../src/base/kpi.js'
import { METRICS } from '../../src/base/metrics.js'
import type { ReportsAnswer } from '../../src/base/wire/audit.js'
import { compareWindows, type Difference } from './compare.js'
import { compareFeed } from './feed.js'
import { askOf, factorRows, plantInput } from './gateway-input.js'
import type { PlantSettings } from './recompute/inputs.js'
import { instantOf } from './recompute/windows.js'
import { compareFiles, reportFiles } from './reports.js'
import { compareTotals } from './totals.js'

/**
 * npm run cross-check -- --url URL --config greengauge.yaml --from DAY --to DAY [--plant ID] [--token TOKEN]
 * Holds what a running gateway says of whole days against what its own readings come to, and against itself: windows,
 * ranges, the feed, and the files of the reports that it has. It reads only.
 */
const { values: said } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8080' },
    config: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    plant: { type: 'string' },
    token: { type: 'string' },
  },
})
if (said.config === undefined || said.from === undefined || said.to === undefined) {
  throw new Error('say --config FILE, --from DAY and --to DAY; --url when it is not http://127.0.0.1:8080')
}

const ask = askOf(said.url, said.token)
const factors = factorRows(join(import.meta.dirname, '..', '..', 'factors', 'emission-factors.csv'))
const metrics = [...METRICS.keys()]
const { plants } = parse(readFileSync(said.config, 'utf8')) as { readonly plants: readonly PlantSettings[] }
const { kpis } = await ask<{ readonly kpis: readonly KpiInfo[] }>('/kpis')
const found: Difference[] = []
for (const plant of plants.filter(({ id }) => said.plant === undefined || said.plant === id)) {
  const { timezone } = plant
  const span = { fromMs: instantOf(said.from, '00:00', timezone), toMs: instantOf(said.to, '00:00', timezone) }
  const input = await plantInput(ask, plant, factors, span)
  const { differences, counts } = await compareWindows(ask, input, kpis, span, metrics)
  const looked = [...counts.values()].reduce((sum, count) => sum + count, 0)
  found.push(...differences, ...(await compareTotals(ask, input, kpis, [span], metrics)))
  found.push(...(await compareFeed(ask, said.url, plant.id)))
  const { items } = await ask<ReportsAnswer>(`/reports?plant=${plant.id}`)
  for (const { id, version } of items) found.push(...(await compareFiles(await reportFiles(said.url, id, version))))
  console.log(`${plant.id}: ${looked} figures of ${counts.size} KPIs, ${items.length} reports`)
}
for (const one of found) console.log(`${one.between}: ${one.what}: ${one.expected} expected, ${one.found} found`)
console.log(found.length === 0 ? 'No two ways of asking disagree.' : `${found.length} differences.`)
process.exitCode = found.length === 0 ? 0 : 1
