import { STATES } from '../../base/states.js'
import { FAILURES, REPAIR_TIME, REPAIRS } from '../series/accounts.js'
import type { Figure } from '../windows/point.js'
import { AUPT, secondsIn, timeRatio, WORK_NULLS, workCover, workFigure } from './machine-time.js'
import {
  addInputs,
  FROM_QUARTER_HOURS,
  figure,
  type InputSum,
  type Inputs,
  type Kpi,
  kpi,
  type Recipe,
  WHOLE,
} from './recipe.js'

const SECONDS_AN_HOUR = 3600
const FAULT = [STATES.indexOf('DOWN_FAULT')]
const MAINTENANCE = [STATES.indexOf('PM')]
const MACHINES = 'every sender of state; more than one add up'

/** KPIs of how often machines fail, and how long they stand then. */
export const RELIABILITY: readonly Kpi[] = [
  kpi(
    {
      id: 'failures',
      name: { en: 'Failures', zh: '故障次数' },
      unit: '1',
      formula: 'entries into DOWN_FAULT from another known state, in the window of the entry',
      formula_zh: '由其他已知状态进入 DOWN_FAULT 的次数，计入进入时刻所在时段',
      source: 'KPI specification §3, guided by ISO 22400-2',
      confidence: 'project',
      example: 'Execute, Aborted, Execute, Held, Aborted: 2; a silence in the middle of a fault makes no second one',
      pillar: 'intelligent',
      shape: 'sum',
      windows: FROM_QUARTER_HOURS,
      scopes: WHOLE,
      members: MACHINES,
      nulls: 'no_data with nothing known, low_coverage below 75 % of the planned time',
      needs: ['state'],
    },
    ofState((state) => figure(state?.accounts[FAILURES] ?? 0, 1, workCover(state))),
  ),
  kpi(
    {
      id: 'mtbf',
      name: { en: 'Mean time between failures', zh: '平均无故障时间' },
      unit: 'h',
      formula: 'Σ TBF / FE = time producing and in setup / failures',
      formula_zh: 'Σ TBF / FE = 生产与换型调整时间 / 故障次数',
      source: 'ISO 22400-2 by the KPI specification §3; whether the standard divides by FE + 1 was not verified',
      confidence: 'secondary_source',
      example: 'O6: 10,000 h operating, 5 failures: 2,000 h',
      pillar: 'intelligent',
      shape: 'level',
      windows: FROM_QUARTER_HOURS,
      scopes: WHOLE,
      members: MACHINES,
      nulls: 'no_data, low_coverage below 75 % of the planned time, no_denominator without a failure',
      needs: ['state'],
    },
    ofState((state) => workFigure(operatingHours(state), state?.accounts[FAILURES] ?? 0, workCover(state))),
  ),
  kpi(
    {
      id: 'mttr',
      name: { en: 'Mean time to repair', zh: '平均修复时间' },
      unit: 'h',
      formula: 'Σ TTR / faults that ended, each whole in the window in which it ends',
      formula_zh: 'Σ TTR / 已结束的故障次数，每次故障整体计入其结束时刻所在时段',
      source: 'ISO 22400-2 by the KPI specification §3',
      confidence: 'secondary_source',
      example: 'O6: 50 h of repair, 5 faults: 10 h',
      pillar: 'intelligent',
      shape: 'level',
      windows: FROM_QUARTER_HOURS,
      scopes: WHOLE,
      members: MACHINES,
      nulls: 'no_data, low_coverage below 75 % of the planned time, no_denominator when no fault ended',
      needs: ['state'],
    },
    ofState((state) => workFigure(repairHours(state), state?.accounts[REPAIRS] ?? 0, workCover(state))),
  ),
  kpi(
    {
      id: 'inherent_availability',
      name: { en: 'Inherent availability', zh: '固有可用度' },
      unit: '1',
      formula: 'MTBF / (MTBF + MTTR)',
      formula_zh: 'MTBF / (MTBF + MTTR)，即平均无故障时间 /（平均无故障时间 + 平均修复时间）',
      source: 'ISO 22400-2 by the KPI specification §3',
      confidence: 'secondary_source',
      example: 'O7: MTBF 300 h, MTTR 60 h: 300 / 360 = 0.8333; 900 h and 100 h: 0.90',
      pillar: 'intelligent',
      shape: 'ratio',
      windows: FROM_QUARTER_HOURS,
      scopes: WHOLE,
      members: MACHINES,
      nulls: 'no_data, low_coverage, no_denominator without a failure or when none ended',
      needs: ['state'],
    },
    ofState(inherentAvailability),
  ),
  kpi(
    {
      id: 'corrective_maintenance_ratio',
      name: { en: 'Corrective maintenance ratio', zh: '事后维修率' },
      unit: '1',
      formula: 'CMT / (CMT + PMT): time down with a fault over that and planned maintenance',
      formula_zh: 'CMT / (CMT + PMT)，即故障停机时间 /（故障停机时间 + 计划保养时间）',
      source: 'ISO 22400-2 by the KPI specification §3',
      confidence: 'secondary_source',
      example: '2 h down with a fault, 6 h of PM: 2 / 8 = 0.25',
      pillar: 'intelligent',
      shape: 'ratio',
      windows: FROM_QUARTER_HOURS,
      scopes: WHOLE,
      members: MACHINES,
      nulls: `${WORK_NULLS}; no_denominator without maintenance of either kind`,
      needs: ['state'],
    },
    timeRatio('state', FAULT, [...FAULT, ...MAINTENANCE]),
  ),
]

function ofState(figureOf: (state: InputSum | null) => Figure): Recipe<Inputs> {
  return {
    total: (basis) => [basis.input('state')],
    add: addInputs,
    figure: ([state]) => figureOf(state ?? null),
  }
}

/** Time between failures is operating time with setup, without delay. */
function operatingHours(state: InputSum | null): number {
  return secondsIn(state, AUPT) / SECONDS_AN_HOUR
}

function repairHours(state: InputSum | null): number {
  return secondsIn(state, [REPAIR_TIME]) / SECONDS_AN_HOUR
}

function inherentAvailability(state: InputSum | null): Figure {
  const failures = state?.accounts[FAILURES] ?? 0
  const repairs = state?.accounts[REPAIRS] ?? 0
  if (failures === 0 || repairs === 0) return workFigure(0, 0, workCover(state))
  const mtbf = operatingHours(state) / failures
  return workFigure(mtbf, mtbf + repairHours(state) / repairs, workCover(state), 1)
}
