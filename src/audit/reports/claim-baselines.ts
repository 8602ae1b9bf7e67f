import { startOfDayIn } from '../../base/days-in-zone.js'
import type { ConfigVersion } from '../../base/plant.js'
import type { Report } from '../../base/report.js'
import { baselineRange, reportingRange } from '../../insight/savings/claim.js'
import { plantHash } from '../report/facts.js'
import type { PlantTimeRange } from './watch.js'

/**
 * Times that the savings in a report are claimed against, each with its plant: what changes in them changes the report as
 * readings of its own period do. Claims are those of the configuration that the report was made with.
 */
export function claimBaselines(
  { plants, period }: Pick<Report, 'plants' | 'period'>,
  versions: readonly ConfigVersion[],
): readonly Readonly<Record<string, PlantTimeRange>>[] {
  return plants.flatMap(({ id, timezone, configurations }) => {
    const hash = configurations.at(-1)
    const version = versions.findLast(({ content }) => hash !== undefined && plantHash(content, id) === hash)
    const claims = version?.plants.find((plant) => plant.id === id)?.savings ?? []
    return claims.flatMap((claim) => {
      const reporting = reportingRange(claim, period)
      if (reporting.to <= reporting.from) return []
      const { from, to } = baselineRange(claim)
      return [{ [id]: { fromMs: startOfDayIn(timezone, from), toMs: startOfDayIn(timezone, to) } }]
    })
  })
}
