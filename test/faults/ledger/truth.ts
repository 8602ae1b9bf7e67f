import { streamKey } from '../../../src/base/kpi.js'
import type { Point } from '../../../src/kpi/windows/point.js'
import { readingOf } from '../../bench/load/packets.js'
import type { Embedded } from '../../support/embedded.js'
import { recomputedDifferences } from '../../support/offline.js'
import type { Booked } from './ledger.js'
import type { MeterOrder } from './order.js'

/** Rounding error of a difference of two counters around a million. */
const TOLERANCE = 1e-8

/**
 * In what the stored readings do not do what the ledger says, one sentence each: everything acknowledged is there, each
 * once and with the bits that were sent, and nothing that was not sent.
 */
export async function readingDifferences(
  { database }: Pick<Embedded, 'database'>,
  meters: readonly MeterOrder[],
  booked: ReadonlyMap<string, Booked>,
): Promise<string[]> {
  const found: string[] = []
  for (const { device, metrics, samples, firstTs, stepMs } of meters) {
    const { sent, acknowledged } = booked.get(device) ?? { sent: 0, acknowledged: 0 }
    for (const metric of metrics) {
      const [ts, values] = await database.columns(
        `SELECT r.ts::DOUBLE, r.value FROM reading r JOIN series s ON s.id = r.series
         WHERE s.plant = 'p' AND s.device = $1 AND s.metric = $2`,
        [device, metric],
      )
      const isThere = new Uint8Array(sent * samples)
      const say = (what: string, n: number) => found.push(`${device} ${metric}: reading ${n} ${what}`)
      for (let i = 0; i < (ts?.length ?? 0); i++) {
        const n = ((ts![i] as number) - firstTs) / stepMs
        if (!(n in isThere)) say('was never sent', n)
        else if (isThere[n] === 1) say('is there twice', n)
        else if (values![i] !== readingOf(n)) say(`is ${values![i]}, not ${readingOf(n)}`, n)
        if (n in isThere) isThere[n] = 1
      }
      for (let n = 0; n < acknowledged * samples; n++) if (isThere[n] === 0) say('was acknowledged and is lost', n)
    }
  }
  return found
}

/**
 * In what the figures are not those of the readings, one sentence each. All that is final is compared with what the
 * counters come to by arithmetic, and every hour that is final everywhere with what the readings alone come to.
 */
export async function figureDifferences(embedded: Embedded, meters: readonly MeterOrder[]): Promise<string[]> {
  const points = [...(await embedded.store.between('p', -8.64e15, 8.64e15)).values()]
  const finals = points.filter(({ provisional }) => !provisional)
  const series = embedded.archive.series.all()
  const found = meters.flatMap((meter) => {
    const lastTs = series.find(({ device }) => device === meter.device)?.newestTs ?? meter.firstTs
    return finals.flatMap((point) => {
      const { stream, startMs, endMs, numerator, coverage } = point
      if (stream.scope !== 'device' || stream.id !== meter.device || !stream.kpi.startsWith('energy_elec_')) return []
      // Its counters grow by a hundredth a sample; a window that is closed in its silence is covered up to its last one, and
      // a final one expects its whole length: a month that the meter came into is covered from there on.
      const coveredMs = Math.min(endMs, lastTs) - Math.max(startMs, meter.firstTs)
      const isRight =
        Math.abs(numerator - coveredMs / meter.stepMs / 100) < TOLERANCE &&
        Math.abs(coverage - coveredMs / (endMs - startMs)) < TOLERANCE
      const what = `${stream.kpi} of ${stream.id}, ${stream.window} from ${new Date(startMs).toISOString()}`
      return isRight ? [] : `${what}: ${numerator} with a coverage of ${coverage}`
    })
  })
  const span = finalHours(finals)
  if (span === null) return [...found, 'no hour is final']
  const { differences } = await recomputedDifferences(embedded, { ...span, windows: ['1h'] })
  return [...found, ...differences.map((one) => JSON.stringify(one))]
}

/** From the first hour that is final to the end of the last one that is so in every stream; null when there is none. */
function finalHours(finals: readonly Point[]): { readonly fromMs: number; readonly toMs: number } | null {
  const hours = finals.filter(({ stream }) => stream.window === '1h')
  const ends = new Map<string, number>()
  for (const { stream, endMs } of hours) ends.set(streamKey(stream), Math.max(endMs, ends.get(streamKey(stream)) ?? 0))
  const fromMs = Math.min(...hours.map(({ startMs }) => startMs))
  return ends.size === 0 ? null : { fromMs, toMs: Math.min(...ends.values()) }
}
