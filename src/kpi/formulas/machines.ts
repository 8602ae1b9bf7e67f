import { STATES, type State } from '../../base/states.js'
import { MICROSTOPS } from '../series/accounts.js'
import { type Figure, NO_FACTORS } from '../windows/point.js'
import {
  addInputs,
  type Basis,
  type Cover,
  coverOf,
  FROM_MINUTES,
  FROM_QUARTER_HOURS,
  figure,
  type Inputs,
  type Kpi,
  kpi,
  SUM_NULLS,
  signedSum,
  WHOLE,
} from './recipe.js'

const STATE_NAMES: Readonly<Record<State, { readonly en: string; readonly zh: string }>> = {
  PRODUCING: { en: 'Producing', zh: '生产' },
  SETUP: { en: 'Setup', zh: '换型调整' },
  IDLE_STARVED: { en: 'Starved', zh: '待料' },
  IDLE_BLOCKED: { en: 'Blocked', zh: '堵料' },
  HELD: { en: 'Held', zh: '暂停' },
  DOWN_FAULT: { en: 'Down with a fault', zh: '故障停机' },
  IDLE_NO_ORDER: { en: 'No order', zh: '无订单' },
  PLANNED_STOP: { en: 'Planned stop', zh: '计划停机' },
  BREAK: { en: 'Break', zh: '休息' },
  PM: { en: 'Planned maintenance', zh: '计划保养' },
  OFF: { en: 'Off', zh: '关机' },
  UNKNOWN: { en: 'Unknown', zh: '未知' },
}

/** KPIs of what machines and robots do with their time. */
export const MACHINES: readonly Kpi[] = [
  kpi(
    {
      id: 'cycles',
      name: { en: 'Cycles', zh: '循环次数' },
      unit: '1',
      formula: 'Δ cycle_count; a step belongs whole to the window that holds its end',
      formula_zh: 'Δ cycle_count；每次计数整体计入其结束时刻所在时段',
      source: 'KPI specification §3',
      confidence: 'project',
      example: 'register 100 and 112: 12 cycles',
      pillar: 'intelligent',
      shape: 'sum',
      windows: FROM_MINUTES,
      scopes: WHOLE,
      members: 'every sender of cycle_count',
      nulls: SUM_NULLS,
      needs: ['cycle_count'],
    },
    signedSum([['cycle_count', 1]]),
  ),
  kpi(
    {
      id: 'robot_util_calendar',
      name: { en: 'Robot utilization, calendar', zh: '机器人日历利用率' },
      unit: '1',
      formula: 'Σ APT of robots / (robots · window)',
      formula_zh: 'Σ 机器人 APT /（机器人台数 · 时段时长）',
      source: 'KPI specification §3',
      confidence: 'project',
      example: 'two robots, 300 min and 50 min producing in 8 h: 350 / 960 = 0.365',
      pillar: 'intelligent',
      shape: 'ratio',
      windows: FROM_MINUTES,
      scopes: WHOLE,
      members: 'configured robots; without one, what sent states as a robot in the last 24 h',
      nulls: SUM_NULLS,
      needs: ['robot_state'],
    },
    {
      total: (basis) => [basis.input('robot_state')],
      add: addInputs,
      figure: (inputs) => figure(secondsIn(inputs, 0), (inputs[0]?.expectedMs ?? 0) / 1000, coverOf(inputs)),
    },
  ),
  kpi(
    {
      id: 'microstops',
      name: { en: 'Microstops', zh: '小停机次数' },
      unit: '1',
      formula: 'faults shorter than microstop_s, in the window in which they end',
      formula_zh: '短于 microstop_s 的故障次数，计入其结束时刻所在时段',
      source: 'KPI specification §1.3',
      confidence: 'project',
      example: 'a fault from 08:00:00 to 08:04:59 with microstop_s 300: 1; one of 300 s: 0',
      pillar: 'intelligent',
      shape: 'sum',
      windows: FROM_QUARTER_HOURS,
      scopes: WHOLE,
      members: 'every sender of state',
      nulls: SUM_NULLS,
      needs: ['state'],
    },
    {
      total: stateInput,
      add: addInputs,
      figure: (inputs) => figure(inputs[0]?.accounts[MICROSTOPS] ?? 0, 1, coverOf(inputs)),
    },
  ),
  ...STATES.map((state, column) =>
    kpi(
      {
        id: `time_${state.toLowerCase()}`,
        name: { en: `Time ${STATE_NAMES[state].en.toLowerCase()}`, zh: `${STATE_NAMES[state].zh}时间` },
        unit: 's',
        formula:
          state === 'UNKNOWN'
            ? 'expected time less the time in every known state'
            : `time in state ${state}, split exactly at the boundaries of the window`,
        formula_zh:
          state === 'UNKNOWN'
            ? '应有数据的时间 − 各已知状态的时间'
            : `处于 ${state}（${STATE_NAMES[state].zh}）的时间，按时段边界精确拆分`,
        source: 'KPI specification §1.3 and §3, guided by ISO 22400-2',
        confidence: 'project',
        example:
          state === 'UNKNOWN'
            ? 'samples for 50 min of an hour, then nothing: 3,600 − 3,000 = 600 s'
            : `${state} from 08:50 to 09:10: 600 s for 08:00 to 09:00, 600 s for the hour after it`,
        pillar: 'intelligent',
        shape: 'sum',
        windows: FROM_QUARTER_HOURS,
        scopes: WHOLE,
        members: 'every sender of state; more than one add up',
        nulls: 'never: what is not known is time_unknown',
        needs: ['state'],
      },
      {
        total: stateInput,
        add: addInputs,
        figure: (inputs) => accountFigure(secondsIn(inputs, column), coverOf(inputs)),
      },
    ),
  ),
]

function stateInput(basis: Basis): Inputs {
  return [basis.input('state')]
}

/** Seconds in the state of a column; what no column holds is unknown. */
function secondsIn([input]: Inputs, column: number): number {
  if (input === null || input === undefined) return 0
  const ms = column < STATES.length - 1 ? input.accounts[column]! : input.expectedMs - input.coveredMs
  return ms / 1000
}

/** A time account has a value however little is known. */
function accountFigure(seconds: number, cover: Cover): Figure {
  return { value: seconds, reason: '', numerator: seconds, denominator: 1, factors: NO_FACTORS, ...cover }
}
