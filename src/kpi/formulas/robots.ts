import { type FlagBits, flagBit } from '../../base/flags.js'
import { KNOWN_STATES, STATES } from '../../base/states.js'
import type { Figure } from '../windows/point.js'
import { APT, PBT, secondsIn, timeRatio, WORK_NULLS, workCover, workFigure } from './machine-time.js'
import {
  addInputs,
  type Basis,
  FROM_MINUTES,
  FROM_QUARTER_HOURS,
  figure,
  type Inputs,
  type Kpi,
  kpi,
  WHOLE,
} from './recipe.js'

const APPROX = flagBit('approx')
const MEMBERS = 'configured robots; without one, what sent states as a robot in the last 24 h'
/** Windows for what is said of people and routings, which does not change within a day. */
const DAYS = ['1d', '1mo'] as const
const EMPLOYEES = 10_000
/** Every known state but OFF. */
const POWERED = STATES.flatMap((state, column) => (column < KNOWN_STATES && state !== 'OFF' ? [column] : []))

/** KPIs of how much robots work, and how many there are. */
export const ROBOTS: readonly Kpi[] = [
  kpi(
    {
      id: 'robot_util_planned',
      name: { en: 'Robot utilization, planned', zh: '机器人计划利用率' },
      unit: '1',
      formula: 'Σ APT of robots / Σ PBT of robots',
      formula_zh: 'Σ 机器人 APT / Σ 机器人 PBT',
      source: 'KPI specification §3',
      confidence: 'project',
      example: 'S12: two robots, 300 of 400 min and 50 of 100 min: 350 / 500 = 0.70, not the mean 0.625',
      pillar: 'intelligent',
      shape: 'ratio',
      windows: FROM_MINUTES,
      scopes: WHOLE,
      members: MEMBERS,
      nulls: WORK_NULLS,
      needs: ['robot_state'],
    },
    timeRatio('robot_state', APT, PBT),
  ),
  kpi(
    {
      id: 'robot_auto_mode_share',
      name: { en: 'Robot time in automatic mode', zh: '机器人自动模式占比' },
      unit: '1',
      formula: 'time in AUTOMATIC or AUTOMATIC_EXTERNAL / powered time: known states but OFF',
      formula_zh: 'AUTOMATIC 或 AUTOMATIC_EXTERNAL 模式时间 / 通电时间，即除 OFF 外的已知状态时间',
      source: 'KPI specification §3; modes of OPC 40010',
      confidence: 'project',
      example: '6 h powered, 4.5 h of that automatic: 0.75',
      pillar: 'intelligent',
      shape: 'ratio',
      windows: FROM_QUARTER_HOURS,
      scopes: WHOLE,
      members: `${MEMBERS}; of them those that send op_mode and state`,
      nulls: 'no_data, low_coverage below 75 % of the planned or powered time, no_denominator without powered time',
      needs: ['robot_mode', 'robot_state'],
    },
    { total: modeOf, add: addMode, figure: autoModeShare },
  ),
  kpi(
    {
      id: 'robot_density',
      name: { en: 'Robot density', zh: '机器人密度' },
      unit: '1',
      formula: 'robots / employees · 10,000',
      formula_zh: '机器人台数 / 从业人员数 · 10,000',
      source: 'International Federation of Robotics, by the KPI specification §3',
      confidence: 'verified',
      example: '12 robots, 250 employees: 12 / 250 · 10,000 = 480',
      pillar: 'intelligent',
      shape: 'level',
      windows: DAYS,
      scopes: ['plant'],
      members: MEMBERS,
      nulls: 'bad_config without employees',
      needs: ['robot_state'],
    },
    {
      total: (basis) => {
        const configured = [...basis.version.devices].filter(({ role }) => role === 'robot').length
        const robots = configured > 0 ? configured : presentRobots(basis.devices('robot_state'))
        return { robots, employees: basis.version.options?.employees ?? null }
      },
      // The number at the end of a month is that of the month.
      add: (_, later) => later,
      figure: ({ robots, employees }) => ofConfig(robots * EMPLOYEES, employees),
    },
  ),
  kpi(
    {
      id: 'automation_share',
      name: { en: 'Automated operations', zh: '工序自动化率' },
      unit: '1',
      formula: 'operations done automatically / all operations, as the configuration gives them',
      formula_zh: '自动完成的工序数 / 全部工序数，按配置',
      source: 'KPI specification §3',
      confidence: 'project',
      example: 'automatic_operations 45, all_operations 60: 0.75',
      pillar: 'intelligent',
      shape: 'ratio',
      windows: DAYS,
      scopes: ['plant'],
      members: 'none: routings are configured, no device can tell',
      nulls: 'bad_config without automation in the configuration',
      needs: ['state'],
    },
    {
      total: ({ version }) => version.options?.automation ?? null,
      add: (_, later) => later,
      figure: (share) => ofConfig(share?.automatic_operations ?? 0, share?.all_operations ?? null),
    },
  ),
]

interface Mode {
  /** Powered time in automatic mode, and in a mode that is known; ms. */
  readonly automaticMs: number
  readonly modeMs: number
  readonly state: Inputs
  readonly flags: FlagBits
}

/**
 * A controller that is off goes on saying what its switch is set to: only powered time counts. Of an hour that is powered
 * for a part, the same part of what the mode says is taken, flagged approx. A robot that says its mode in the window is
 * one whose mode was not known before.
 */
function modeOf(basis: Basis): Mode {
  let total: Mode = { automaticMs: 0, modeMs: 0, state: [null], flags: 0 }
  const withMode = new Set<string>()
  for (const { device } of basis.devices('robot_mode')) withMode.add(device)
  for (const { device, inputs } of basis.slices('1h', 'robot_state', 'robot_mode')) {
    const [state, mode] = inputs
    if (!state || !withMode.has(device)) continue
    const poweredMs = secondsIn(state, POWERED) * 1000
    const part = state.coveredMs > 0 ? poweredMs / state.coveredMs : 1
    total = addMode(total, {
      automaticMs: (mode?.sum ?? 0) * part,
      modeMs: (mode?.coveredMs ?? 0) * part,
      state: [state],
      flags: (mode?.flags ?? 0) | (part > 0 && part < 1 ? APPROX : 0),
    })
  }
  return total
}

function addMode(a: Mode, b: Mode): Mode {
  return {
    automaticMs: a.automaticMs + b.automaticMs,
    modeMs: a.modeMs + b.modeMs,
    state: addInputs(a.state, b.state),
    flags: a.flags | b.flags,
  }
}

/** Known as well as the worse of the two: the states, and the mode within the time that they call powered. */
function autoModeShare({ automaticMs, modeMs, state: [state], flags }: Mode): Figure {
  const poweredS = secondsIn(state, POWERED)
  const cover = workCover(state)
  const known = poweredS > 0 ? Math.min(1, modeMs / 1000 / poweredS) : 1
  const made = { ...cover, flags: cover.flags | flags, coverage: Math.min(cover.coverage, known) }
  return workFigure(automaticMs / 1000, poweredS, made, 1)
}

/** Makes a figure of configured numbers, which are known; a divisor that is not configured is asked for. */
function ofConfig(numerator: number, denominator: number | null): Figure {
  const made = figure(numerator, denominator ?? 0, { coverage: 1, estimatedShare: 0, flags: 0 })
  return denominator === null ? { ...made, reason: 'bad_config' } : made
}

function presentRobots(devices: Iterable<unknown>): number {
  let count = 0
  for (const _ of devices) count++
  return count
}
