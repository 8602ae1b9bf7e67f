import { stringify } from 'csv-stringify/sync'
import { localTime } from '../audit/periods.js'
import { DAY_MS, HOUR_MS, MINUTE_MS, QUARTER_HOUR_MS } from '../base/durations.js'
import type { KpiInfo, KpiPoint, Scope, Window } from '../base/kpi.js'
import type { PlantNode } from '../base/wire.js'
import { LIMIT_MAX, parameterFault } from './parameters.js'
import type { KpiFigures } from './sources/kpis.js'

/** The columns of a table of figures, in their order: one row a window of a figure. */
export const FIGURE_COLUMNS = [
  'plant',
  'scope',
  'id',
  'kpi',
  'window',
  'start',
  'end',
  'value',
  'unit',
  'coverage',
  'estimated_share',
  'reason',
  'flags',
  'provisional',
  'rev',
] as const
export type FigureCell = string | number | boolean | null

export interface FigureTableRequest {
  readonly plants: readonly PlantNode[]
  readonly kpis: readonly KpiInfo[]
  readonly window: Window
  readonly scope: Scope
  /** Ids of plants, lines or devices, by the scope; null for all. */
  readonly ids: readonly string[] | null
  readonly fromMs: number
  readonly toMs: number
  readonly rowsMax: number
}

/** No window of a size is shorter, so that it is known beforehand how many there can be; a shift is taken for four hours. */
const LEAST_MS: Readonly<Record<Window, number>> = {
  '1m': MINUTE_MS,
  '15m': QUARTER_HOUR_MS,
  '1h': HOUR_MS,
  '1d': 23 * HOUR_MS,
  '1mo': 28 * DAY_MS,
  shift: 4 * HOUR_MS,
}

/** Rows of a table, by plant, KPI and member in the order asked for, each ascending by time. Throws the 400 for too many, and for an id that there is not. */
export async function figureRows(
  request: FigureTableRequest,
  sources: Pick<KpiFigures, 'points'>,
): Promise<readonly (readonly FigureCell[])[]> {
  const { plants, kpis, window, scope, fromMs, toMs, rowsMax } = request
  requireIds(request)
  const figures = plants.flatMap((plant) =>
    kpis.flatMap(({ id: kpi }) => membersOf(plant, request).map((id) => ({ plant, kpi, id }))),
  )
  const most = figures.length * Math.ceil((toMs - fromMs) / LEAST_MS[window])
  if (most > rowsMax) throw tooMany(most, rowsMax)
  const rows: (readonly FigureCell[])[] = []
  for (const { plant, kpi, id } of figures) {
    const asked = { plant: plant.id, kpi, window, scope, id, fromMs, toMs, limit: LIMIT_MAX }
    for (let afterMs: number | null = null; ; ) {
      const points: readonly KpiPoint[] = await sources.points({ ...asked, afterMs })
      for (const point of points) rows.push(rowOf(point, plant.timezone))
      if (rows.length > rowsMax) throw tooMany(rows.length, rowsMax)
      if (points.length < LIMIT_MAX) break
      afterMs = Date.parse(points.at(-1)!.start)
    }
  }
  return rows
}

function membersOf(plant: PlantNode, { scope, ids }: FigureTableRequest): readonly string[] {
  const all = idsOf(plant, scope)
  return ids === null ? all : all.filter((one) => ids.includes(one))
}

/** Ids of what a plant has in a scope: itself, its lines or its devices. */
function idsOf({ id, lines }: PlantNode, scope: Scope): readonly string[] {
  if (scope === 'plant') return [id]
  return scope === 'line' ? lines.map((line) => line.id) : lines.flatMap(({ devices }) => devices.map((d) => d.id))
}

/** Throws the 400 for an id that none of the plants has: a table without it would look as if it had no figures. */
function requireIds({ plants, scope, ids }: FigureTableRequest): void {
  const known = new Set(plants.flatMap((plant) => idsOf(plant, scope)))
  const stranger = ids?.find((id) => !known.has(id))
  if (stranger === undefined) return
  const [example] = known
  const some = [...known].slice(0, 20).join(', ')
  throw parameterFault('id', stranger, `ids of scope ${scope} in these plants${some && `, such as ${some}`}`, example)
}

function tooMany(rows: number, rowsMax: number) {
  const expected = `a range, plants and KPIs of at most ${rowsMax} rows, and these may be ${rows}: ask in parts, or by a larger window`
  return parameterFault('from', '', expected)
}

/** Times are those of the plant, with the offset that makes them exact. */
function rowOf(point: KpiPoint, timezone: string): readonly FigureCell[] {
  const { plant, scope, id, kpi, window, value, unit, coverage, estimated_share, reason, provisional, rev } = point
  const [start, end] = [point.start, point.end].map((instant) => localTime(instant, timezone))
  const flags = point.flags.join(' ')
  return [
    plant,
    scope,
    id,
    kpi,
    window,
    start!,
    end!,
    value,
    unit,
    coverage,
    estimated_share,
    reason,
    flags,
    provisional,
    rev,
  ]
}

/** The table as CSV, UTF-8; a value that is not known is an empty field beside its reason. */
export function figureCsv(rows: readonly (readonly FigureCell[])[]): string {
  return stringify([[...FIGURE_COLUMNS], ...rows], {
    record_delimiter: '\r\n',
    cast: { boolean: (value) => String(value) },
  })
}
