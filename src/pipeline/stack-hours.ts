import type { Archive } from '../archive/archive.js'
import type { Calibration } from '../audit/control.js'
import { stackDueFromMs } from '../audit/stack-due.js'
import { type StackHourSources, stackHours } from '../audit/stack-hours.js'
import { EVENT_FIELDS } from '../base/events.js'
import type { StackHourRow, StackHoursAnswer } from '../base/wire.js'
import { backdated, type Stated } from '../kpi/settings/backdated.js'
import type { StackHoursQuery } from '../views/routes/stacks.js'

/** Sources of the hourly table in the archive and the points, and the time up to which hours are over. */
export interface StackHourDeps {
  readonly archive: Pick<Archive, 'events'>
  readonly points: StackHourSources['points']
  readonly timezone: string
  /** The configurations that say something of the plant, in their order. */
  readonly stated: readonly Stated[]
  readonly nowMs: number
}

/** The hourly table of a stack in the shapes of the API. */
export async function readStackHours(
  { archive, points, timezone, stated, nowMs }: StackHourDeps,
  { afterMs, fromMs, ...query }: StackHoursQuery,
): Promise<Omit<StackHoursAnswer, 'next'>> {
  const sources: StackHourSources = {
    points,
    calibrations: async (range) =>
      (await archive.events({ types: ['cems_calibration'], ...range })).flatMap(({ ts, fields }) =>
        calibrationOf(ts, fields),
      ),
  }
  // A stack that the first configuration names was there for all time: the table begins with its first figure.
  const dueFromMs = stackDueFromMs(query.stack, backdated(stated), -Infinity)
  const since = afterMs === null ? fromMs : Math.max(fromMs, afterMs + 1)
  const { hours, calibrations, captures } = await stackHours(sources, {
    ...query,
    fromMs: since,
    ...(dueFromMs > -Infinity && { dueFromMs }),
    endMs: nowMs,
    timezone,
  })
  return {
    hours: hours.map(
      (hour): StackHourRow => ({
        start: instantOf(hour.startMs),
        end: instantOf(hour.endMs),
        cause: hour.cause,
        kg: hour.kg,
        measured_kg: hour.measuredKg,
        concentration: hour.concentration,
        reference: hour.reference,
        above_limit: hour.isAbove,
        substitution:
          hour.substitution === null
            ? null
            : {
                kg: hour.substitution.value,
                method: hour.substitution.method,
                reason: hour.substitution.reason,
                gap_hours: hour.substitution.gapHours,
                from_hours: hour.substitution.fromHours,
              },
      }),
    ),
    calibrations: calibrations.map((one) => ({
      time: instantOf(one.ts),
      metric: one.metric,
      passed: one.passed,
      zero_drift_pct: one.zeroDriftPct,
      span_drift_pct: one.spanDriftPct,
    })),
    captures: captures.map(({ startMs, endMs, all, stopped, invalid, capture }) => {
      return { start: instantOf(startMs), end: instantOf(endMs), hours: all, stopped, invalid, capture }
    }),
  }
}

/** Fields were checked at the ingress; an event that was kept without them, as its type was not known then, is none. */
function calibrationOf(ts: number, fields: Readonly<Record<string, unknown>>): Calibration[] {
  const { data } = EVENT_FIELDS.cems_calibration.safeParse(fields)
  if (data === undefined) return []
  const { metric, passed, zero_drift_pct: zero, span_drift_pct: span } = data
  return [{ ts, metric, passed, zeroDriftPct: zero ?? null, spanDriftPct: span ?? null }]
}

function instantOf(ms: number): string {
  return new Date(ms).toISOString()
}
