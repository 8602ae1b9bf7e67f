import type { DuckDBConnection } from '@duckdb/node-api'
import type { ReadingBlock } from '../base/reading-block.js'
import { appendRows } from './rows.js'
import { beginKeys } from './temporary-tables.js'

/** Span behind the last arrival in which free times are looked for first, ms; each further try takes `WIDER` times as much. */
const SPAN_MS = 256
const WIDER = 16

interface Bounds {
  fromMs: number
  toMs: number
}

/**
 * Places the readings of some series that came without a time, so that each is a reading of its own: it takes the first
 * millisecond, from its arrival on, that no reading of its series before it in the journal has. That follows from the
 * journal alone, however it is cut into blocks. Times that devices gave stay as they are.
 *
 * @param crowded numbers of the series
 */
export async function placeAssumed(
  connection: DuckDBConnection,
  block: ReadingBlock,
  crowded: ReadonlySet<number>,
): Promise<void> {
  const bounds = boundsOf(block, crowded)
  for (let spanMs = SPAN_MS; ; spanMs *= WIDER) {
    const taken = await takenTimes(connection, bounds, spanMs)
    if (place(block, crowded, taken, bounds, spanMs)) return
  }
}

/** False when one would lie beyond what `taken` knows of. */
function place(
  block: ReadingBlock,
  crowded: ReadonlySet<number>,
  taken: ReadonlyMap<number, Set<number>>,
  bounds: ReadonlyMap<number, Bounds>,
  spanMs: number,
): boolean {
  const free = new Map<number, Map<number, number>>()
  for (let row = 0; row < block.length; row++) {
    const id = block.sources[row]!.seriesId
    if (!crowded.has(id)) continue
    const ofSeries = taken.get(id)!
    if (block.assumed[row] === 1) {
      const nextFree = free.get(id) ?? new Map<number, number>()
      free.set(id, nextFree)
      const ts = firstFree(block.receivedAt[row]!, ofSeries, nextFree)
      if (ts > bounds.get(id)!.toMs + spanMs) return false
      block.ts[row] = ts
    }
    ofSeries.add(block.ts[row]!)
  }
  return true
}

/** Remembers how far it has got from each instant, so that a thousand in one millisecond cost no million steps. */
function firstFree(fromMs: number, taken: ReadonlySet<number>, nextFree: Map<number, number>): number {
  let ts = nextFree.get(fromMs) ?? fromMs
  while (taken.has(ts)) ts++
  nextFree.set(fromMs, ts)
  return ts
}

/** From the first to the last arrival of each series among those without a time. */
function boundsOf(block: ReadingBlock, crowded: ReadonlySet<number>): Map<number, Bounds> {
  const bounds = new Map<number, Bounds>()
  for (let row = 0; row < block.length; row++) {
    const id = block.sources[row]!.seriesId
    if (block.assumed[row] === 0 || !crowded.has(id)) continue
    const ms = block.receivedAt[row]!
    const of = bounds.get(id)
    if (of === undefined) bounds.set(id, { fromMs: ms, toMs: ms })
    else {
      of.fromMs = Math.min(of.fromMs, ms)
      of.toMs = Math.max(of.toMs, ms)
    }
  }
  return bounds
}

/** Times that the archive has within those bounds and `spanMs` behind them, by series. */
async function takenTimes(
  connection: DuckDBConnection,
  bounds: ReadonlyMap<number, Bounds>,
  spanMs: number,
): Promise<Map<number, Set<number>>> {
  const edges = [...bounds].flatMap(([id, { fromMs, toMs }]) => [
    { id, ts: fromMs },
    { id, ts: toMs + spanMs },
  ])
  await beginKeys(connection, 'wanted')
  await appendRows(
    connection,
    'wanted',
    [
      ['integer', (edge) => edge.id],
      ['bigint', (edge) => edge.ts],
    ],
    edges,
  )
  const times = edges.map(({ ts }) => ts)
  const answer = await connection.runAndReadAll(
    `SELECT r.series, r.ts::DOUBLE FROM reading r
     JOIN (SELECT series, min(ts) AS first, max(ts) AS last FROM wanted GROUP BY series) w
       ON r.series = w.series AND r.ts BETWEEN w.first AND w.last
     WHERE r.ts BETWEEN $1 AND $2`,
    [BigInt(times.reduce((a, b) => Math.min(a, b))), BigInt(times.reduce((a, b) => Math.max(a, b)))],
  )
  const taken = new Map([...bounds.keys()].map((id) => [id, new Set<number>()]))
  for (const [id, ts] of answer.getRows()) taken.get(id as number)!.add(ts as number)
  return taken
}
