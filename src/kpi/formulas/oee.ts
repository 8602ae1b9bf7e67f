import { ORDER_TIME } from '../series/accounts.js'
import type { Figure } from '../windows/point.js'
import {
  ADET,
  APT,
  AUBT,
  AUPT,
  AUST,
  PBT,
  secondsIn,
  timeRatio,
  WORK_NULLS,
  workCover,
  workFigure,
} from './machine-time.js'
import {
  addOutput,
  anyMachine,
  COUNT_TERMS,
  hasCapacity,
  isRated,
  type MachineFilter,
  OUTPUT_TERMS,
  type Output,
  outputFigure,
  outputOf,
} from './output.js'
import {
  addInputs,
  FROM_QUARTER_HOURS,
  type Inputs,
  type Kpi,
  type KpiFacts,
  kpi,
  type Recipe,
  WHOLE,
} from './recipe.js'

const SOURCE = 'ISO 22400-2 by the KPI specification §3'
const STATES = 'every sender of state; more than one add up'
const COUNTING = 'machines that send their state and count total and good pieces, or two of the three counts'
const RATED = `${COUNTING}; those whose pieces have no ideal cycle are left out, flagged approx`
const UNRATED_NULLS = `${WORK_NULLS}; bad_config when no machine has an ideal cycle for all its pieces`
const MS_A_SECOND = 1000
const SECONDS_AN_HOUR = 3600

type Told = Pick<KpiFacts, 'id' | 'name' | 'formula' | 'formula_zh' | 'example'> &
  Partial<Pick<KpiFacts, 'unit' | 'confidence' | 'nulls'>>

function ofTime(told: Told, over: readonly number[], under: readonly number[]): Kpi {
  return kpi({ ...ratioFacts(told), members: STATES, needs: ['state'] }, timeRatio('state', over, under))
}

function ofOutput(told: Told & { readonly members: string }, recipe: Recipe<Output>): Kpi {
  return kpi(
    { ...ratioFacts(told), members: told.members, needs: OUTPUT_TERMS, uses: ['order_active', ...COUNT_TERMS] },
    recipe,
  )
}

function ratioFacts(told: Told) {
  return {
    unit: '1',
    source: SOURCE,
    confidence: 'verified',
    pillar: 'intelligent',
    shape: 'ratio',
    windows: FROM_QUARTER_HOURS,
    scopes: WHOLE,
    nulls: WORK_NULLS,
    ...told,
  } as const
}

/** KPIs of what machines made of their planned time. Source: ISO 22400-2 by the KPI specification §3. */
export const OEE: readonly Kpi[] = [
  ofOutput(
    {
      id: 'oee',
      name: { en: 'OEE', zh: '设备综合效率（OEE）' },
      formula:
        'availability · effectiveness · quality ratio = (Σ PRU·PQ · Σ GQ / Σ PQ) / Σ PBT; of one product PRU·GQ / PBT',
      formula_zh: '可用率 · 性能效率 · 合格率 = (Σ PRU·PQ · Σ GQ / Σ PQ) / Σ PBT；单一产品为 PRU·GQ / PBT',
      example:
        'O3: 480 min less 60 of breaks, 47 down, 1 s a piece, 19,271 made, 423 bad: 18,848 s / 25,200 s = 0.7479',
      members: RATED,
      nulls: `${UNRATED_NULLS}; 0 when nothing was made of planned time`,
    },
    recipeOf(isRated, (output) => outputFigure(output, [idealGoodS(output), output.pbtS])),
  ),
  ofTime(
    {
      id: 'availability',
      name: { en: 'Availability', zh: '可用率' },
      formula: 'APT / PBT',
      formula_zh: 'APT / PBT，即实际生产时间 / 计划占用时间',
      example: 'O3: 373 min producing of 420 planned: 0.8881',
    },
    APT,
    PBT,
  ),
  ofOutput(
    {
      id: 'effectiveness',
      name: { en: 'Effectiveness', zh: '性能效率' },
      formula: 'Σ PRU·PQ / Σ APT over machines and products',
      formula_zh: 'Σ PRU·PQ / Σ APT，对各机床、各产品求和；即理想节拍 × 产量 / 实际生产时间',
      example: 'O3: 19,271 pieces of 1 s in 373 min: 19,271 / 22,380 = 0.8611',
      members: RATED,
      nulls: UNRATED_NULLS,
    },
    recipeOf(isRated, (output) => outputFigure(output, [output.idealMs / MS_A_SECOND, output.aptS])),
  ),
  ofOutput(
    {
      id: 'quality_ratio',
      name: { en: 'Quality ratio', zh: '合格率' },
      formula: 'Σ GQ / Σ PQ',
      formula_zh: 'Σ GQ / Σ PQ，即合格品件数 / 产量',
      example: 'O3: 18,848 good of 19,271: 0.9780',
      members: COUNTING,
      nulls: `${WORK_NULLS}; no_denominator when nothing was made`,
    },
    recipeOf(anyMachine, (output) => outputFigure(output, [output.good, output.pieces])),
  ),
  ofOutput(
    {
      id: 'nee',
      name: { en: 'Net equipment effectiveness', zh: '设备净效率（NEE）' },
      formula: 'AUPT / PBT · effectiveness · quality ratio: OEE with setup counted as work',
      formula_zh: 'AUPT / PBT · 性能效率 · 合格率；即把换型调整计为生产时间的 OEE',
      example: 'PBT 420 min, APT 300, setup 60, effectiveness 0.9, quality 0.98: 360 / 420 · 0.9 · 0.98 = 0.756',
      members: RATED,
      nulls: `${UNRATED_NULLS}; no_denominator when pieces came and nothing was producing`,
    },
    recipeOf(isRated, netFigure),
  ),
  ofTime(
    {
      id: 'allocation_efficiency',
      name: { en: 'Allocation efficiency', zh: '设备占用效率' },
      formula:
        'AUBT / PBT, AUBT = producing + setup + delay; delay (ADET) = starved + blocked + held + down with a fault',
      formula_zh: 'AUBT / PBT，AUBT = 生产 + 换型调整 + 延误；延误（ADET）= 待料 + 堵料 + 暂停 + 故障停机',
      example: 'PBT 480 min: 300 producing, 60 setup, 60 held, 60 down with a fault: 480 / 480 = 1',
    },
    AUBT,
    PBT,
  ),
  ofTime(
    {
      id: 'utilization_efficiency',
      name: { en: 'Utilization efficiency', zh: '设备利用效率' },
      formula: 'APT / AUBT, AUBT = APT + AUST + ADET, faults in it',
      formula_zh: 'APT / AUBT，AUBT = APT + AUST + ADET，含故障停机',
      example: '300 min producing, 60 setup, 60 held, 60 down with a fault: 300 / 480 = 0.625',
    },
    APT,
    AUBT,
  ),
  ofTime(
    {
      id: 'technical_efficiency',
      name: { en: 'Technical efficiency', zh: '技术效率' },
      formula: 'APT / (APT + ADET), ADET = starved + blocked + held + down with a fault',
      formula_zh: 'APT / (APT + ADET)，ADET = 待料 + 堵料 + 暂停 + 故障停机',
      example: '300 min producing, 60 setup, 60 held, 60 down with a fault: 300 / 420 = 0.7143',
    },
    APT,
    [...APT, ...ADET],
  ),
  ofTime(
    {
      id: 'setup_ratio',
      name: { en: 'Setup ratio', zh: '换型调整时间占比' },
      formula: 'AUST / AUPT',
      formula_zh: 'AUST / AUPT，即换型调整时间 /（生产 + 换型调整）时间',
      example: '30 min of setup, 300 producing: 30 / 330 = 0.091',
    },
    AUST,
    AUPT,
  ),
  ofOutput(
    {
      id: 'throughput_rate',
      name: { en: 'Throughput rate', zh: '产出速率' },
      unit: 'pcs/h',
      formula: 'Σ PQ / Σ AOET; a machine that says nothing of orders by its PBT, flagged approx',
      formula_zh: 'Σ PQ / Σ AOET；不上报订单的机床按其 PBT，标记 approx',
      example: '1,200 pieces in 5 h with an order running: 240 pcs/h',
      members: COUNTING,
      nulls: `${WORK_NULLS}; no_denominator without an order`,
    },
    recipeOf(anyMachine, (output) =>
      outputFigure(output, [output.pieces, output.orderS / SECONDS_AN_HOUR], {
        isApprox: output.unorderedS > 0,
        expectedMax: Infinity,
      }),
    ),
  ),
  ofOrders(
    {
      id: 'allocation_ratio',
      name: { en: 'Allocation ratio', zh: '占用时间比' },
      formula: 'Σ AUBT / Σ AOET, faults in the busy time',
      formula_zh: 'Σ AUBT / Σ AOET，占用时间含故障停机',
      example: 'an order for 8 h: 5 h producing, 1 h setup, 1 h held, 1 h down with a fault: 8 / 8 = 1',
    },
    AUBT,
  ),
  ofOrders(
    {
      id: 'production_process_ratio',
      name: { en: 'Production process ratio', zh: '生产过程时间比' },
      formula: 'Σ APT / Σ AOET',
      formula_zh: 'Σ APT / Σ AOET，即实际生产时间 / 订单执行时间',
      example: 'an order for 5 h, 4 h of that producing: 0.8',
    },
    APT,
  ),
  ofOutput(
    {
      id: 'equipment_load',
      name: { en: 'Equipment load', zh: '设备负荷率' },
      formula: 'Σ PQ / Σ EPC, EPC = capacity_per_h · PBT',
      formula_zh: 'Σ PQ / Σ EPC，EPC = capacity_per_h · PBT，即产量 / 设备产能',
      example: 'capacity 240 pcs/h, PBT 7 h, 1,512 made: 1,512 / 1,680 = 0.9',
      members: `${COUNTING}; those without capacity_per_h are left out, flagged approx`,
      nulls: `${WORK_NULLS}; bad_config when no machine has a capacity_per_h`,
    },
    recipeOf(hasCapacity, (output) => outputFigure(output, [output.pieces, output.capacity])),
  ),
]

function recipeOf(choice: MachineFilter, figure: Recipe<Output>['figure']): Recipe<Output> {
  return { total: (basis) => outputOf(basis, choice), add: addOutput, figure }
}

/** Multiplied before it is divided: of one product PQ cancels exactly, and PRU · GQ is left. */
function idealGoodS({ idealMs, pieces, good }: Output): number {
  return pieces === 0 ? 0 : (idealMs * good) / pieces / MS_A_SECOND
}

/** Pieces that came while nothing was producing have no effectiveness: planned time is given all the same. */
function netFigure(output: Output): Figure {
  const isLost = output.pieces > 0 && output.aptS === 0
  const net = isLost || output.pieces === 0 ? 0 : (idealGoodS(output) * output.auptS) / output.aptS
  const made = outputFigure(output, [net, output.pbtS])
  return isLost && made.reason === '' ? { ...made, value: null, reason: 'no_denominator' } : made
}

/** Makes a KPI of the machines that say when an order is running. */
function ofOrders(told: Told, over: readonly number[]): Kpi {
  return kpi(
    {
      ...ratioFacts(told),
      members: 'machines that send state and order_active',
      nulls: `${WORK_NULLS}; no_denominator without an order`,
      needs: ['state', 'order_active'],
    },
    {
      total: (basis) => {
        let total: Inputs = [null]
        for (const { inputs } of basis.devices('state', 'order_active')) {
          if (inputs[1] !== null) total = addInputs(total, [inputs[0] ?? null])
        }
        return total
      },
      add: addInputs,
      figure: ([state]) => workFigure(secondsIn(state, over), secondsIn(state, [ORDER_TIME]), workCover(state), 1),
    },
  )
}
