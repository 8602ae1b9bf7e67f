import { METRICS } from '../../../base/metrics.js'
import type { Text } from '../../../base/report.js'
import { uncertaintyOfProduct, uncertaintyOfSum } from '../../../kpi/formulas/arithmetic/uncertainty.js'
import { FUEL_METERS } from '../../../kpi/settings/sources.js'
import { decimal, doubleOf } from '../decimal.js'
import type { PlantFacts } from '../facts.js'
import { knownValue, kpiOf, type ReportFigures, unknownValue } from '../figures.js'
import {
  bilingual,
  emissionCell,
  figureCell,
  joinedTexts,
  left,
  NOT_CONFIGURED,
  right,
  row,
  strongRow,
  tableOf,
  textCell,
  wordCell,
} from '../words.js'
import { gridMeters } from './activity.js'
import type { ReportBlock } from './block.js'
import { sourceFigures } from './scope1.js'
import { scope2Figures } from './scope2.js'

/** One source with the uncertainty of its activity and of its factor, %. */
interface Line {
  readonly name: string
  /** As people call it. */
  readonly title: Text
  readonly emission: string
  readonly activityPct: number | null
  readonly factorPct: number | null
}

/**
 * Sources of scopes 1 and 2 (location-based), each with the uncertainty of its meter and its factors.
 * Source: IPCC 2006 Guidelines, volume 1, chapter 3, approach 1 (from memory).
 */
export const uncertainty: ReportBlock = (facts, figures) => {
  const lines = [...directLines(facts, figures), ...electricityLines(facts, figures)]
  const plant = facts.plant.id
  const columns = [
    left('source', 'Source', '排放源'),
    right('emission', 'Emissions', '排放量'),
    right('activity', 'u(activity), %', '活动数据不确定度，%'),
    right('factor', 'u(factor), %', '因子不确定度，%'),
    right('both', 'u(source), %', '排放源不确定度，%'),
  ]
  const pct = (value: number | null) => (value === null ? textCell(NOT_CONFIGURED) : wordCell(value))
  const rows = lines.map(({ name, title: said, emission, activityPct, factorPct }) => {
    const title = bilingual(`${name}: uncertainty`, `${name}：不确定度`)
    const both = figures.rule(`${plant}/uncertainty/${name}`, title, '%', {
      formula: 'uncertainty_of_source',
      of: [],
      value: () => {
        if (activityPct === null || factorPct === null) return unknownValue('not_configured')
        return knownValue(decimal(uncertaintyOfProduct([activityPct, factorPct])))
      },
    })
    return row(
      facts.words === 2 ? textCell(said) : wordCell(name),
      emissionCell(figures, emission),
      pct(activityPct),
      pct(factorPct),
      figureCell(both, '%', 2),
    )
  })
  const total = figures.rule(
    `${plant}/uncertainty`,
    bilingual('Uncertainty of scopes 1 and 2, location-based', '范围一与范围二（基于位置）合计不确定度'),
    '%',
    {
      formula: 'uncertainty_of_sum',
      of: lines.map(({ emission }) => emission),
      value: (...emissions) => {
        if (lines.some((line) => line.activityPct === null || line.factorPct === null))
          return unknownValue('not_configured')
        const amounts = lines.map(({ activityPct, factorPct }, i) => ({
          amount: doubleOf(emissions[i]!),
          uncertainty: uncertaintyOfProduct([activityPct!, factorPct!]),
        }))
        const { value, reason } = uncertaintyOfSum(amounts)
        return value === null ? unknownValue(reason === '' ? 'no_data' : reason) : knownValue(decimal(value))
      },
    },
  )
  rows.push(strongRow(textCell(bilingual('All sources', '全部排放源')), null, null, null, figureCell(total, '%', 2)))
  const note = bilingual(
    'IPCC approach 1: √(u(activity)² + u(factor)²) of a source, √Σ(u·E)² / ΣE of all; sources are taken as independent. The largest uncertainty of the metrics of a device is used.',
    'IPCC 方法一：排放源 √(u(活动)² + u(因子)²)，合计 √Σ(u·E)² / ΣE；各排放源视为相互独立。一台设备取其指标中最大的不确定度。',
  )
  const notes = facts.edition < 3 ? note : joinedTexts([note, TOGETHER], ' ')
  return [tableOf('uncertainty', bilingual('Uncertainty', '不确定度'), columns, rows, notes)]
}

const TOGETHER = bilingual(
  'Fuels, materials and gases of one kind at one device are taken as one source here, whose parts err alike, which is the larger figure; scope1_uncertainty takes each as a source of its own.',
  '同一设备同类的燃料、原料和气体在此视为一个排放源，其误差同向，结果偏大；scope1_uncertainty 则各视为一个独立的排放源。',
)

function directLines(facts: PlantFacts, figures: ReportFigures): readonly Line[] {
  const metrics = [...FUEL_METERS.map(({ metric }) => metric as string), 'ng_ncv_kj_nm3', 'co2_pct', 'stack_flow_nm3h']
  return sourceFigures(facts, figures).map(({ device, kind, id }) => ({
    name: `${device}/${kind}`,
    title: bilingual(`${device}: ${kpiOf(kind).name.en}`, `${device}：${kpiOf(kind).name.zh}`),
    emission: id,
    activityPct: activityPct(facts, device, metrics),
    factorPct: factorPct(facts, figures.get(id).factors),
  }))
}

/** Purchased energy as one source a plant: the meters of the grid, of which the least certain counts. */
function electricityLines(facts: PlantFacts, figures: ReportFigures): readonly Line[] {
  const { locationBased } = scope2Figures(facts, figures)
  if (figures.get(locationBased).value === null) return []
  const all = gridMeters(facts).map((device) => activityPct(facts, device, ['elec_import_kwh']))
  const isKnown = all.length > 0 && all.every((pct) => pct !== null)
  return [
    {
      name: 'scope2_lb',
      title: kpiOf('scope2_lb').name,
      emission: locationBased,
      activityPct: isKnown
        ? Math.max(...all.map((pct) => pct ?? 0))
        : (facts.options.carbon.activity_uncertainty_pct ?? null),
      factorPct: factorPct(facts, figures.get(locationBased).factors),
    },
  ]
}

function activityPct({ options, streams }: PlantFacts, device: string, metrics: readonly string[]): number | null {
  const configured = options.devices.find(({ id }) => id === device)
  const common = options.carbon.activity_uncertainty_pct
  const heard = new Set(streams.filter((one) => one.device === device).map(({ metric }) => metric))
  const counted = metrics.filter((metric) => METRICS.has(metric) && heard.has(metric))
  const all = counted.map((metric) => configured?.metrics[metric]?.uncertainty_pct ?? common)
  if (all.length === 0) return common ?? null
  return all.some((pct) => pct === undefined) ? null : Math.max(...all.map((pct) => pct ?? 0))
}

/** Uncertainty of factors that are multiplied, %: own ones as they say, those of the tables together as one; null when not stated. */
function factorPct({ options }: PlantFacts, ids: readonly string[]): number | null {
  const own = options.factors.filter(({ id }) => ids.includes(id))
  const said = own.flatMap(({ uncertainty_pct }) => uncertainty_pct ?? [])
  const isAllOwn = own.length === ids.length && said.length === own.length && ids.length > 0
  if (isAllOwn) return uncertaintyOfProduct(said)
  const table = options.carbon.factor_uncertainty_pct
  return table === undefined ? null : uncertaintyOfProduct([...said, table])
}
