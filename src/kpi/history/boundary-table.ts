import type { DuckDBConnection } from '@duckdb/node-api'
import { bound, type Database } from '../../archive/database.js'
import { appendRows } from '../../archive/rows.js'
import { DAY_MS, QUARTER_HOUR_MS } from '../../base/durations.js'
import { BOUNDARY_QUARTERS, type BoundaryState } from '../series/boundary-state.js'
import type { SeriesState } from '../series/series-state.js'
import type { PastFold } from './past.js'

/** Boundary states of a plant, by `device/metric`. */
type BoundaryStates = ReadonlyMap<string, BoundaryState>

const NOT_SAMPLED = '0'.repeat(BOUNDARY_QUARTERS)

/**
 * Makes the states of series at an instant before which their readings are about to go: the start of a UTC day. A series
 * without a sample before it has none.
 */
export async function boundaryStatesAt(
  database: Database,
  past: PastFold,
  all: Iterable<SeriesState>,
  fromMs: number,
): Promise<Map<string, BoundaryState>> {
  const seriesList = [...all].filter((series) => !series.isEvent && series.archived !== null)
  const sampled = await sampledBefore(database, seriesList, fromMs)
  const newestBefore = (series: SeriesState) => {
    return series.inputs.reduce(
      (ts, input) => Math.max(ts, (input !== null && sampled.get(input.id)?.newestTs) || -Infinity),
      series.boundary?.newestTs ?? -Infinity,
    )
  }
  const due = seriesList.filter((series) => series.boundary !== null || sampled.has(series.archived!.id))
  const states = new Map<string, BoundaryState>()
  await past.ahead(
    () => due,
    () => ({ fromMs: fromMs - 2 * DAY_MS, toMs: fromMs + DAY_MS }),
    async () => {
      for (const series of due) {
        const state = await past.stateAt(series, fromMs)
        const sampledQuarters = sampled.get(series.archived!.id)?.quarters ?? NOT_SAMPLED
        const newestTs = newestBefore(series)
        states.set(`${series.device}/${series.metric}`, { fromMs, state, newestTs, sampledQuarters })
      }
    },
  )
  return states
}

/** Newest reading before an instant of series that have some, and the quarters of the day before it in which some lie; by number. */
async function sampledBefore(
  database: Database,
  seriesList: readonly SeriesState[],
  beforeMs: number,
): Promise<ReadonlyMap<number, { readonly newestTs: number; readonly quarters: string }>> {
  const ids = seriesList.flatMap(({ inputs }) => inputs.flatMap((input) => input?.id ?? []))
  if (ids.length === 0) return new Map()
  const keptMs = seriesList.reduce((ms, { keptFromMs }) => Math.max(ms, keptFromMs), -Infinity)
  const [series, newest, quarters] = await database.columns(
    `SELECT series, max(ts)::DOUBLE,
       (bitstring_agg(((ts - $2) // ${QUARTER_HOUR_MS})::INTEGER, 0, ${BOUNDARY_QUARTERS - 1}) FILTER (WHERE ts >= $2))::VARCHAR
     FROM reading WHERE series IN (${ids.join(',')}) AND ts >= $1 AND ts < $3 GROUP BY series`,
    [bound(keptMs), bound(beforeMs - DAY_MS), bound(beforeMs)],
  )
  return new Map(
    (series ?? []).map((id, i) => {
      const found = { newestTs: newest?.[i] as number, quarters: (quarters?.[i] as string | null) ?? NOT_SAMPLED }
      return [id as number, found] as const
    }),
  )
}

/** Writes the states of a plant at an instant; those of others go, but those of `nowMs`, which hold until its readings are gone. */
export async function saveBoundaryStates(
  connection: DuckDBConnection,
  plant: string,
  seriesList: Iterable<SeriesState>,
  states: BoundaryStates,
  nowMs: number,
): Promise<void> {
  const isOfPlant = 'series IN (SELECT id FROM series WHERE plant = $1)'
  await connection.run(`DELETE FROM boundary_state WHERE ${isOfPlant} AND from_ms <> $2`, [plant, bound(nowMs)])
  const rows = [...seriesList].flatMap((series) => {
    const state = states.get(`${series.device}/${series.metric}`)
    return state === undefined || series.archived === null ? [] : [{ id: series.archived.id, ...state }]
  })
  await appendRows(
    connection,
    'boundary_state',
    [
      ['integer', (row) => row.id],
      ['bigint', (row) => row.fromMs],
      ['bigint', (row) => row.newestTs],
      ['text', (row) => row.sampledQuarters],
      ['blob', ({ state }) => new Uint8Array(state.buffer, state.byteOffset, state.byteLength)],
    ],
    rows,
  )
}

/** Reads the states of a plant at an instant, epoch ms: none where an older program has let go of its readings. */
export async function readBoundaryStates(database: Database, plant: string, fromMs: number): Promise<BoundaryStates> {
  const [devices, metrics, newest, quarters, states] = await database.columns(
    `SELECT s.device, s.metric, b.newest_ts::DOUBLE, b.sampled_quarters, b.state
     FROM boundary_state b JOIN series s ON s.id = b.series WHERE s.plant = $1 AND b.from_ms = $2`,
    [plant, bound(fromMs)],
  )
  return new Map(
    (devices ?? []).map((device, i) => {
      const { bytes } = (states ?? [])[i] as unknown as { bytes: Uint8Array }
      const state = new Float64Array(Uint8Array.from(bytes).buffer)
      const found = { fromMs, state, newestTs: newest?.[i] as number, sampledQuarters: quarters?.[i] as string }
      return [`${device}/${metrics?.[i]}`, found] as const
    }),
  )
}
