import type { KpiInfo, KpiPoint } from '../../../src/base/kpi.js'
import { type Answer, getSeries } from '../gateway/api.js'
import type { Span } from '../series/points.js'

/** Figures that an auditor asks of a plant first, in this order; one that the gateway does not reckon is left out. */
export const REPORT = {
  emissions: [
    'scope1_co2e',
    'scope1_stationary',
    'scope1_mobile',
    'scope1_process',
    'scope1_fugitive',
    'scope2_lb',
    'scope2_mb',
    'carbon_total_lb',
    'carbon_total_mb',
    'biogenic_co2',
    'scope2_covered_share',
    'scope1_uncertainty',
  ],
  energy: [
    'energy_elec_import',
    'energy_elec_consumed',
    'energy_elec_export',
    'energy_natural_gas',
    'energy_diesel',
    'energy_coal',
    'energy_heat',
    'energy_comprehensive_equivalent',
    'energy_comprehensive_primary',
    'renewable_share',
    'energy_water_fresh',
  ],
  intensity: ['carbon_per_unit', 'carbon_per_unit_mb', 'carbon_per_kwh', 'sec', 'sec_tce', 'water_intensity'],
  pollutants: [
    'pollutant_mass_nox',
    'pollutant_mass_so2',
    'pollutant_mass_pm',
    'pollutant_mass_co',
    'exceed_hours_nox',
    'exceed_hours_so2',
    'exceed_hours_pm',
    'valid_capture_nox',
    'valid_capture_so2',
    'valid_capture_pm',
  ],
  quality: ['data_completeness', 'data_validity', 'data_timeliness', 'connectivity'],
} as const satisfies Readonly<Record<string, readonly string[]>>
export type ReportGroup = keyof typeof REPORT

export interface ReportRow {
  readonly group: ReportGroup
  readonly info: KpiInfo
  readonly point: KpiPoint
}

/** A figure of a carrier or gas that the plant never had says nothing: its row is left out. */
const SAYS_NOTHING = new Set(['no_data', ''])

/** The figures of one day or month of a plant. Fails when one of them cannot be read: a report has no holes. */
export async function readReport(
  plant: string,
  window: '1d' | '1mo',
  span: Span,
  catalogue: ReadonlyMap<string, KpiInfo>,
): Promise<Answer<readonly ReportRow[]>> {
  const asked = Object.entries(REPORT).flatMap(([group, ids]) =>
    ids.flatMap((id) => {
      const info = catalogue.get(id)
      return info?.windows.includes(window) ? [{ group: group as ReportGroup, info }] : []
    }),
  )
  const answers = await Promise.all(asked.map(({ info }) => getSeries({ plant, kpi: info.id, window }, span)))
  const rows: ReportRow[] = []
  for (const [i, answer] of answers.entries()) {
    if (answer.kind !== 'loaded') return answer
    const point = answer.value[0]
    if (point !== undefined) rows.push({ ...asked[i]!, point })
  }
  return { kind: 'loaded', value: rows.filter(({ point }) => !isSilent(point)) }
}

function isSilent(point: KpiPoint): boolean {
  return point.value === null && SAYS_NOTHING.has(point.reason) && point.coverage === 0
}
