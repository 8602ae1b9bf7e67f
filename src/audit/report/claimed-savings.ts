import { setImmediate } from 'node:timers/promises'
import type { SavingClaimOptions } from '../../base/options/savings.js'
import type { PlantOptions } from '../../base/plant.js'
import {
  baselineRange,
  type ClaimDays,
  type ClaimedSaving,
  type ClaimSeries,
  claimedSaving,
  claimSeries,
  claimSeriesKey,
  type DateRange,
  reportingRange,
} from '../../insight/savings/claim.js'
import type { NonRoutineEvent } from '../../insight/savings/saving.js'
import { calendarDays } from '../../insight/savings/work-days.js'
import type { ClaimDaysQuery, ReportSources } from './sources.js'

/** The savings that a plant claims, on their days within a span: what API, pages and reports say of them. */
export async function claimedSavings(
  sources: Pick<ReportSources, 'claimDays'>,
  plant: PlantOptions,
  within: DateRange,
  eventsOf: (claim: string) => readonly NonRoutineEvent[],
): Promise<readonly ClaimedSaving[]> {
  if (plant.savings.length === 0) return []
  const days: ClaimDays = await sources.claimDays(claimNeeds(plant, plant.savings, within))
  const claimed: ClaimedSaving[] = []
  for (const claim of plant.savings) {
    // Years of days take a tenth of a second: what else the thread has to do goes on between two claims.
    await setImmediate()
    claimed.push(claimedSaving({ claim, plant, within, days, events: eventsOf(claim.id) }))
  }
  return claimed
}

/** Everything that some claims ask of the days of a plant. */
export function claimNeeds(
  plant: PlantOptions,
  claims: readonly SavingClaimOptions[],
  within: DateRange,
): ClaimDaysQuery {
  const series = new Map<string, ClaimSeries>()
  const starts = new Set<number>()
  for (const claim of claims) {
    for (const one of claimSeries(claim, plant.id)) series.set(claimSeriesKey(one), one)
    for (const range of [baselineRange(claim), reportingRange(claim, within)])
      for (const { startMs } of calendarDays(plant.timezone, range)) starts.add(startMs)
  }
  const of = { plant: plant.id, zone: plant.timezone }
  return { ...of, series: [...series.values()], dayStarts: [...starts].sort((a, b) => a - b) }
}
