import { carbonOf } from '../settings/sources.js'
import type { PlantVersion } from '../settings/version.js'
import { uncertaintyOfProduct, uncertaintyOfSum } from './arithmetic/uncertainty.js'
import { addGasAmounts, type GasAmount, gasFigureOf } from './carbon-amount.js'
import {
  amountOf,
  emissionsOf,
  isReportedByEvents,
  SOURCE_KINDS,
  type SourceEmission,
  scope1Inputs,
  sourceTermsOf,
} from './carbon-sources.js'
import { FROM_HOURS, type Kpi, kpi } from './recipe.js'

/** One source over a period. */
interface Line {
  /** Device and metrics, or what it reports: what one source counts in two hours is off by the same. */
  readonly source: string
  readonly kgCo2e: number
  /** Uncertainty of the product of activity and factor, part of one; null when it is not configured. */
  readonly uncertainty: number | null
}

interface Uncertain {
  readonly amount: GasAmount
  readonly lines: readonly Line[]
}

const PCT = 100

/** KPIs of how well the direct emissions are known. */
export const CARBON_UNCERTAINTY: readonly Kpi[] = [
  kpi<Uncertain>(
    {
      id: 'scope1_uncertainty',
      name: { en: 'Uncertainty of scope 1', zh: '范围一不确定度' },
      unit: '%',
      formula: '100 · √Σ(uᵢ · Eᵢ)² / ΣEᵢ over the sources, uᵢ = √(u_activity² + u_factor²)',
      formula_zh: '各排放源 100 · √Σ(uᵢ · Eᵢ)² / ΣEᵢ，uᵢ = √(u_activity² + u_factor²)，即活动数据与因子的不确定度合成',
      source: 'KPI specification §6; IPCC 2006 Guidelines, volume 1, chapter 3, approach 1',
      confidence: 'from_memory',
      example: 'S5: 5 % of the meter and 10 % of the factor: √(5² + 10²) = 11.18 %',
      pillar: 'green',
      shape: 'level',
      windows: FROM_HOURS,
      scopes: ['plant'],
      members: 'sources of scope1_co2e; uncertainty_pct of their metrics and factors, else those of the plant’s carbon',
      nulls:
        'as scope1_co2e; bad_config when a source has no uncertainty of its activity or factor; no_denominator without emissions',
      ...sourceTermsOf(SOURCE_KINDS),
    },
    {
      total: (basis) => {
        const emissions = [...emissionsOf(basis, SOURCE_KINDS)]
        const lines = emissions.map((emission) => lineOf(basis.version, emission))
        return {
          amount: amountOf(emissions, scope1Inputs(basis, SOURCE_KINDS), isReportedByEvents(basis, SOURCE_KINDS)),
          lines: bySource(lines),
        }
      },
      add: (a, b) => ({ amount: addGasAmounts(a.amount, b.amount), lines: bySource([...a.lines, ...b.lines]) }),
      figure: ({ amount, lines }) => {
        const { numerator, denominator } = uncertaintyOfSum(
          lines.map(({ kgCo2e, uncertainty }) => ({ amount: kgCo2e, uncertainty: uncertainty ?? 0 })),
        )
        const isUnknown = lines.some(({ uncertainty }) => uncertainty === null)
        const missing = amount.missing === '' && isUnknown ? 'bad_config' : amount.missing
        return gasFigureOf({ ...amount, missing }, numerator * PCT, { denominator, inputs: [] })
      },
    },
  ),
]

function lineOf(version: PlantVersion, { device, metrics, reported, gases, factors }: SourceEmission): Line {
  const carbon = carbonOf(version)
  const own = version.options?.factors ?? []
  const ofMetrics = metrics.map((metric) => {
    return version.device(device)?.metrics[metric]?.uncertainty_pct ?? carbon.activity_uncertainty_pct
  })
  const ids = new Set(factors.flatMap((factor) => factor.factors))
  const ofOwn = own.filter(({ id }) => ids.has(id)).flatMap((factor) => factor.uncertainty_pct ?? [])
  // The parameters of one table are known together: their uncertainty is said once.
  const ofTable = ofOwn.length < ids.size ? [carbon.factor_uncertainty_pct] : []
  const all = [...(metrics.length === 0 ? [carbon.activity_uncertainty_pct] : ofMetrics), ...ofOwn, ...ofTable]
  const known = all.filter((pct) => pct !== undefined).map((pct) => pct / PCT)
  return {
    source: [device, ...metrics, reported].join('/'),
    kgCo2e: gases.kgCo2e,
    uncertainty: known.length < all.length ? null : uncertaintyOfProduct(known),
  }
}

/** One line a source and uncertainty, without those that gave off nothing. */
function bySource(lines: readonly Line[]): Line[] {
  const found = new Map<string, Line>()
  for (const line of lines) {
    if (line.kgCo2e === 0) continue
    const key = `${line.source}|${line.uncertainty}`
    const before = found.get(key)
    found.set(key, before === undefined ? line : { ...before, kgCo2e: before.kgCo2e + line.kgCo2e })
  }
  return [...found.values()]
}
