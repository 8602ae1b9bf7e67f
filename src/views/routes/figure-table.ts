import { z } from 'zod'
import type { Clock } from '../../base/clock.js'
import { ConcurrencyLimit } from '../concurrency-limit.js'
import { type FigureCell, figureCsv, figureRows } from '../figure-table.js'
import { PARAMETERS, range, rangeOf } from '../parameters.js'
import { notFound, problem } from '../problem.js'
import type { Server } from '../server.js'
import type { KpiFigures } from '../sources/kpis.js'
import type { KnownPlants } from '../sources/plants.js'
import { notOffered, requireKpi } from './kpis.js'

/** Rows of a table at most: each is written in the thread that computes figures, a workbook some ten times as slowly. */
export const CSV_ROWS_MAX = 20_000
export const WORKBOOK_ROWS_MAX = 5_000
const READS = { atOnce: 1, waitingMax: 20 }

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

export interface FigureTableSources extends KpiFigures, KnownPlants {
  readonly clock: Clock
}

const querystring = z.strictObject({
  kpi: PARAMETERS.kpis,
  window: PARAMETERS.window,
  plants: PARAMETERS.plants.optional(),
  scope: PARAMETERS.scope.default('plant'),
  id: PARAMETERS.ids.optional(),
  ...range,
})

/** Figures of several plants as one table for spreadsheets. */
export function figureTableRoutes(server: Server, sources: FigureTableSources): void {
  const reads = new ConcurrencyLimit(READS)
  const files = [
    {
      ending: 'csv',
      rowsMax: CSV_ROWS_MAX,
      type: 'text/csv; charset=utf-8',
      write: async (rows: Rows) => figureCsv(rows),
    },
    { ending: 'xlsx', rowsMax: WORKBOOK_ROWS_MAX, type: XLSX, write: workbookOf },
  ]
  for (const { ending, rowsMax, type, write } of files) {
    server.get(
      `/api/v1/figures.${ending}`,
      {
        config: { right: 'view' },
        schema: {
          tags: ['kpis'],
          summary: `KPIs of plants, lines or devices as a table (${ending.toUpperCase()}), a row a window that starts in [from, to), with unit, coverage and reason; at most ${rowsMax} rows`,
          querystring,
          response: { 200: z.any().describe('the table'), 400: problem, 404: problem, 503: problem },
        },
      },
      async ({ query }, reply) => {
        const rows = await reads.take(() => figureRows(requested(query, sources, rowsMax), sources))
        return reply
          .header('content-type', type)
          .header('content-disposition', `attachment; filename="figures.${ending}"`)
          .send(await write(rows))
      },
    )
  }
}

type Rows = readonly (readonly FigureCell[])[]

/** The writer of workbooks is loaded for the first one. */
async function workbookOf(rows: Rows): Promise<Buffer> {
  const { figureWorkbook } = await import('../figure-workbook.js')
  return figureWorkbook(rows)
}

function requested(query: z.output<typeof querystring>, sources: FigureTableSources, rowsMax: number) {
  const { window, scope, id: ids = null } = query
  const known = sources.plants()
  const kpis = query.kpi.map((id) => {
    const info = requireKpi(sources.catalogue, id)
    if (!info.windows.includes(window)) throw notOffered('window', window, id, info.windows)
    if (!info.scopes.includes(scope)) throw notOffered('scope', scope, id, info.scopes)
    return info
  })
  const plants = (query.plants ?? known.map(({ id }) => id)).map((id) => {
    const plant = known.find((one) => one.id === id)
    if (plant === undefined) throw notFound(`There is no plant ${id}; /api/v1/plants lists those there are.`)
    return plant
  })
  return { plants, kpis, window, scope, ids, ...rangeOf(query, sources.clock.nowMs()), rowsMax }
}
