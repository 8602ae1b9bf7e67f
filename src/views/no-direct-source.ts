import { startOfDayIn } from '../base/days-in-zone.js'
import { EVENT_FIELDS } from '../base/events.js'
import { isNoneMeasure } from '../base/period-statements.js'
import { type EntrySources, zoneOf } from './entries-on-record.js'
import { ProblemError } from './problem.js'

/**
 * Throws the 409 for an entry that states that there is no direct source while there are figures of one on its days: from meters, or from
 * other entries. What comes later is seen by reports, which then leave the statement out and say so.
 */
export async function requireUncontradicted(
  sources: EntrySources,
  plant: string,
  type: string,
  fields: Readonly<Record<string, unknown>>,
): Promise<void> {
  if (type !== 'period_statement') return
  const { data } = EVENT_FIELDS.period_statement.safeParse(fields)
  if (data === undefined || !isNoneMeasure(data.measure)) return
  const zone = zoneOf(sources, plant)
  const span = { fromMs: startOfDayIn(zone, data.from), toMs: startOfDayIn(zone, data.to) }
  const stream = { plant, kpi: 'scope1_co2e', window: '1d', scope: 'plant', id: plant } as const
  const [first] = await sources.points({ ...stream, ...span, afterMs: null, limit: 1 })
  if (first === undefined) return
  throw new ProblemError(
    409,
    `${plant} has figures of direct emissions (scope1_co2e) on these days, the first from ${first.start} on: meters or entries say that there is a source.`,
  )
}
