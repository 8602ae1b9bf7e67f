import type { KpiInfo } from '../../src/base/kpi.js'
import type { RangeFigure } from '../../src/base/range-figure.js'
import { type Difference, isSame, subjectsOf } from './compare.js'
import type { Ask } from './gateway-input.js'
import { recompute } from './recompute/figures.js'
import { COVERAGE_MIN, type PlantInput, type Span } from './recompute/inputs.js'
import type { Asked } from './recompute/members.js'

/** Compares what the gateway says of a range of time, which is what pages show, with what the readings of that range come to. */

/** Ratios of two, of which the range is made of hours that are ratios themselves: a tenth of the figures' tolerance. */
const TOLERANCE = 1e-8
const NEAR_MINIMUM = 0.06
const ASKED_AT_ONCE = 60
/** A device that reports nothing for a day has no windows of these, so that a range may know less than there is. */
const OF_REPORTS = /^scope1_(mobile|process|fugitive)$/
const COVERED = ['energy_elec_import', 'energy_natural_gas', 'elec_export_kwh']

export async function compareTotals(
  ask: Ask,
  input: PlantInput,
  catalogue: readonly KpiInfo[],
  ranges: readonly Span[],
  metrics: readonly string[],
  tolerance = TOLERANCE,
): Promise<readonly Difference[]> {
  const differences: Difference[] = []
  for (const { scope, id } of subjectsOf(input)) {
    for (const span of ranges) {
      const asked = { input, scope, id, span }
      const kpis = catalogue.filter(
        (kpi) => kpi.scopes.includes(scope) && recompute(kpi.id, asked, metrics) !== undefined,
      )
      for (let at = 0; at < kpis.length; at += ASKED_AT_ONCE) {
        const ids = kpis.slice(at, at + ASKED_AT_ONCE).map((kpi) => kpi.id)
        const range = `from=${new Date(span.fromMs).toISOString()}&to=${new Date(span.toMs).toISOString()}`
        const path = `/plants/${input.plant.id}/kpis/totals?kpi=${ids.join(',')}&scope=${scope}&id=${id}&${range}`
        const { figures } = await ask<{ readonly figures: readonly RangeFigure[] }>(path)
        for (const figure of figures) differences.push(...differencesOf(figure, asked, metrics, tolerance))
      }
    }
  }
  return differences
}

function differencesOf(figure: RangeFigure, asked: Asked, metrics: readonly string[], tolerance: number): Difference[] {
  const { kpi, from, to, rule } = figure
  if (rule === 'window') return []
  const { span } = asked
  const about = figure.reason === '' ? '' : `, ${figure.reason}, coverage ${figure.coverage}`
  const what = `${asked.input.plant.id} ${asked.scope} ${asked.id} ${kpi} ${from} to ${to}${about}`
  const between = 'recomputed, totals'
  if (Date.parse(from) !== span.fromMs || Date.parse(to) !== span.toMs) {
    return [{ between, what, expected: new Date(span.fromMs).toISOString(), found: from }]
  }
  const expected = recompute(kpi, asked, metrics)!
  const known = coverageOver(asked, kpi, expected.coverage)
  const isNear = Math.abs(known - COVERAGE_MIN) < NEAR_MINIMUM
  const value = known < COVERAGE_MIN ? null : expected.value
  const found: Difference[] = []
  // With less than is needed there is a figure of what is known, which is said apart.
  const isAll = known >= 1 - 1e-9 && !(asked.scope === 'device' && OF_REPORTS.test(kpi))
  const isJudged = isAll || COVERED.includes(kpi) || figure.value !== null
  if (isJudged && !isNear && !isSame(value, figure.value, tolerance)) {
    found.push({ between, what, expected: value, found: figure.value })
  }
  if (COVERED.includes(kpi) && !isSame(known, figure.coverage, Math.max(tolerance, 1e-6))) {
    found.push({ between, what: `${what}, coverage`, expected: known, found: figure.coverage })
  }
  return found
}

/** Part of the whole range that is known: what lies before the first reading of a meter is not known either. */
function coverageOver({ input, scope, id, span }: Asked, kpi: string, coverage: number): number {
  if (!COVERED.includes(kpi)) return coverage
  const firsts = input.senders.flatMap((one) => {
    if (scope !== 'plant' && (scope === 'line' ? one.line : one.id) !== id) return []
    const metrics = kpi === 'energy_natural_gas' ? ['ng_volume_nm3'] : ['elec_import_kwh', 'elec_submeter_kwh']
    return metrics.flatMap((metric) => input.samplesOf(one.id, metric)[0]?.ts ?? [])
  })
  const first = Math.min(...firsts)
  if (!Number.isFinite(first) || first <= span.fromMs) return coverage
  return (coverage * (span.toMs - first)) / (span.toMs - span.fromMs)
}
