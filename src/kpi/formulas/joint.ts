import { KNOWN_STATES, STANDING_STATES, STATES, type State } from '../../base/states.js'
import { STATE_FIGURES } from '../settings/state-figures.js'
import { hasTariff, unlessBad } from './costs.js'
import { GRID_SHARE_TERMS } from './grid-share.js'
import { CO2E_PER_PART, KWH_PER_PART } from './per-part.js'
import {
  type Cover,
  FROM_HOURS,
  figure,
  type Kpi,
  type KpiFacts,
  kpi,
  type Recipe,
  SUM_NULLS,
  WHOLE,
} from './recipe.js'
import { addSpent, bothCover, type Spent, spentIn, stateCover } from './spent.js'

const STANDING = STANDING_STATES.map((state) => STATES.indexOf(state))
const KNOWN = STATES.slice(0, KNOWN_STATES).map((_, column) => column)

const FACTS = {
  confidence: 'project',
  windows: FROM_HOURS,
  scopes: WHOLE,
  members:
    'machines that have both a state and a meter: one named by energy_meter, else their submeter, else their import',
  needs: ['machine_energy', 'state'],
  uses: GRID_SHARE_TERMS,
} as const satisfies Partial<KpiFacts>

const SPLIT = 'each quarter of an hour split by the time in each state, in the order of the states'
const SPLIT_ZH = '每 15 分钟的电量按各状态的时间依次拆分'

/** KPIs of energy, machines and pieces together. */
export const JOINT: readonly Kpi[] = [
  KWH_PER_PART,
  CO2E_PER_PART,
  ...STATES.map((state, column) => kwhOf(state, column)),
  ...STATES.map((state, column) => co2eOf(state, column)),
  ...STATES.map((state, column) => costOf(state, column)),
  kpi(
    {
      ...FACTS,
      id: 'standby_share',
      name: { en: 'Energy at standstill', zh: '待机能耗占比' },
      unit: '1',
      formula: 'kWh in every known state but PRODUCING and SETUP / kWh in every known state',
      formula_zh: '除 PRODUCING、SETUP 外各已知状态的 kWh / 全部已知状态的 kWh',
      source: 'no standard: energy by state of the machine',
      example: '2 kWh producing, 1 kWh held: 1 / 3 = 0.333',
      pillar: 'green',
      shape: 'ratio',
      nulls: `${SUM_NULLS} of meter or state, no_denominator when no energy has a state`,
    },
    spent((of) => figure(sumOf(of.kwh, STANDING), sumOf(of.kwh, KNOWN), bothCover(of))),
  ),
  kpi(
    {
      ...FACTS,
      id: 'cost_of_standing',
      name: { en: 'Cost of standing machines', zh: '停机电费' },
      unit: 'currency',
      formula: 'Σ over quarters of kWh in every known state but PRODUCING and SETUP × price of the quarter',
      formula_zh: '逐 15 分钟 Σ 除 PRODUCING、SETUP 外各已知状态的 kWh × 该时段电价',
      source: "no standard: energy by state of the machine, and the plant's own tariff",
      example: '1 kWh held at 0.30: 0.30',
      pillar: 'green',
      shape: 'sum',
      nulls: `${SUM_NULLS} of meter or state, bad_config without a price or with two currencies`,
      isThere: hasTariff,
    },
    spent((of) => pricedFigure(of, sumOf(of.money, STANDING), bothCover(of))),
  ),
]

function kwhOf(state: State, column: number): Kpi {
  const { id, en, zh } = STATE_FIGURES[state]
  return kpi(
    {
      ...FACTS,
      id: `kwh_${id}`,
      name: { en: `Energy ${en}`, zh: `${zh}能耗` },
      unit: 'kWh',
      formula: `energy of machines while ${state}: ${SPLIT}`,
      formula_zh: `机床在 ${state}（${zh}）时的电量：${SPLIT_ZH}`,
      source: 'no standard: energy by state of the machine',
      example: '3 kWh in a quarter with 10 min producing and 5 min held: 2 kWh and 1 kWh',
      pillar: 'green',
      shape: 'sum',
      nulls: `${ofBoth(state)}; where the state is not known it is kwh_unknown`,
    },
    spent((of) => figure(of.kwh[column]!, 1, stateCover(of, column))),
  )
}

function ofBoth(state: State): string {
  return `${SUM_NULLS} of the meter${state === 'UNKNOWN' ? '' : ' or of the states'}`
}

function co2eOf(state: State, column: number): Kpi {
  const { id, en, zh } = STATE_FIGURES[state]
  return kpi(
    {
      ...FACTS,
      id: `co2e_${id}`,
      name: { en: `Emissions ${en}`, zh: `${zh}碳排放` },
      unit: 'kgCO2e',
      formula: `Σ over quarters of kWh while ${state} × share of the grid in the hour × grid factor, location-based`,
      formula_zh: `逐 15 分钟 Σ ${state}（${zh}）时的 kWh × 该小时外购电占比 × 电网因子，基于位置`,
      source: 'KPI specification §2.3 for the factor; no standard for the split by state',
      example: '2 kWh producing, 0.5 kgCO2/kWh: 1 kg',
      pillar: 'green',
      shape: 'sum',
      nulls: `${ofBoth(state)}, no_factor without a grid factor`,
    },
    spent((of) => {
      const cover = stateCover(of, column)
      const flags = cover.flags | of.gridFlags
      const coverage = Math.min(cover.coverage, of.gridCoverage)
      const made = figure(of.kgCo2e[column]!, 1, { ...cover, coverage, flags, factors: of.gridFactors })
      return of.noFactor === '' || made.reason !== '' ? made : { ...made, value: null, reason: of.noFactor }
    }),
  )
}

function costOf(state: State, column: number): Kpi {
  const { id, en, zh } = STATE_FIGURES[state]
  return kpi(
    {
      ...FACTS,
      id: `cost_${id}`,
      name: { en: `Cost of energy ${en}`, zh: `${zh}电费` },
      unit: 'currency',
      formula: `Σ over quarters of kWh while ${state} × price of the quarter`,
      formula_zh: `逐 15 分钟 Σ ${state}（${zh}）时的 kWh × 该时段电价`,
      source: "no standard: energy by state of the machine, and the plant's own tariff",
      example: '2 kWh producing at 0.30: 0.60',
      pillar: 'green',
      shape: 'sum',
      nulls: `${ofBoth(state)}, bad_config without a price or with two currencies`,
      isThere: hasTariff,
    },
    spent((of) => pricedFigure(of, of.money[column]!, stateCover(of, column))),
  )
}

function pricedFigure(of: Spent, money: number, cover: Cover) {
  const made = figure(money, 1, { ...cover, factors: of.tariffs })
  return unlessBad(made, of.unpricedMs === 0 && of.currencies.length < 2)
}

function spent(figureOf: Recipe<Spent>['figure']): Recipe<Spent> {
  return { total: (basis) => basis.shared(spentIn), add: addSpent, figure: figureOf }
}

function sumOf(byState: Float64Array, columns: readonly number[]): number {
  return columns.reduce((sum, column) => sum + byState[column]!, 0)
}
