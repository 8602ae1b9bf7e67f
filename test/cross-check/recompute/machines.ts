import { COVERAGE_MIN, type Figure, HOUR_MS, lengthMs, ratio, total } from './inputs.js'
import { type Amount, type Asked, coverageOf, deviceAmount, membersOf, roleOf, sumOf } from './members.js'
import { type Bucket, faultsIn, isOrdered, plannedIn, saidBy, stretchesOf, timesIn, togetherMs } from './states.js'
import { wallOf } from './windows.js'

/** Machines, robots and what they make, KPI specification §3 and §4. */

interface Account {
  readonly times: Readonly<Record<Bucket, number>>
  readonly busyMs: number
  readonly plannedMs: number
  readonly knownMs: number
  /** With an order running, of a machine that says so; of any other its planned busy time. */
  readonly orderMs: number
  readonly faults: {
    readonly entries: number
    readonly ended: number
    readonly endedMs: number
    readonly short: number
  }
}

const SHORT_S = 300

function accountOf({ input, span }: Asked, device: string): Account {
  const stretches = stretchesOf(input, device)
  const shortS = input.plant.devices?.find(({ id }) => id === device)?.microstop_s ?? SHORT_S
  const planned = plannedIn(input, stretches, span)
  const orders = saidBy(input, device, 'order_active')
  return {
    times: timesIn(stretches, span),
    ...planned,
    orderMs: orders.length === 0 ? planned.busyMs : togetherMs(stretches, orders.filter(isOrdered), span),
    faults: faultsIn(stretches, span, shortS * 1000),
  }
}

function totalAccount(accounts: readonly Account[]): Account {
  const sum = (of: (one: Account) => number) => accounts.reduce((all, one) => all + of(one), 0)
  const buckets = Object.keys(accounts[0]!.times) as Bucket[]
  return {
    times: Object.fromEntries(buckets.map((bucket) => [bucket, sum((one) => one.times[bucket])])) as Account['times'],
    busyMs: sum((one) => one.busyMs),
    plannedMs: sum((one) => one.plannedMs),
    knownMs: sum((one) => one.knownMs),
    orderMs: sum((one) => one.orderMs),
    faults: {
      entries: sum((one) => one.faults.entries),
      ended: sum((one) => one.faults.ended),
      endedMs: sum((one) => one.faults.endedMs),
      short: sum((one) => one.faults.short),
    },
  }
}

export function machineFigure(kpi: string, asked: Asked): Figure | undefined {
  const machines = membersOf(asked, 'state')
  const pieces = pieceFigure(kpi, asked)
  if (pieces !== undefined) return pieces
  if (machines.length === 0) return undefined
  const account = totalAccount(machines.map((device) => accountOf(asked, device)))
  const known = 1 - account.times.unknown / (machines.length * lengthMs(asked.span))
  if (kpi.startsWith('time_')) {
    const ms = account.times[kpi.slice('time_'.length) as Bucket]
    // The times are never null.
    return ms === undefined ? undefined : { value: ms / 1000, numerator: ms / 1000, denominator: 1, coverage: 1 }
  }
  if (kpi === 'allocation_ratio' || kpi === 'production_process_ratio') return orderFigure(kpi, asked, machines)
  const robots = machines.filter((device) => roleOf(asked.input, device) === 'robot')
  if (kpi.startsWith('robot_util')) {
    if (robots.length === 0) return undefined
    const ofRobots = totalAccount(robots.map((device) => accountOf(asked, device)))
    const whole = robots.length * lengthMs(asked.span)
    return kpi === 'robot_util_planned'
      ? ratio(ofRobots.times.producing, ofRobots.busyMs, plannedCoverage(ofRobots))
      : ratio(ofRobots.times.producing, whole, 1 - ofRobots.times.unknown / whole)
  }
  return kpi === 'robot_auto_mode_share' ? modeFigure(asked, robots) : timeRatio(kpi, account, known)
}

/** Busy or producing time over that with an order, of the machines that say when one is running. */
function orderFigure(kpi: string, asked: Asked, machines: readonly string[]): Figure | undefined {
  const ordered = machines.filter((device) => asked.input.samplesOf(device, 'order_active').length > 0)
  if (ordered.length === 0) return undefined
  const account = totalAccount(ordered.map((device) => accountOf(asked, device)))
  const over = kpi === 'allocation_ratio' ? busyTime(account.times) : account.times.producing
  return ratio(over, account.orderMs, plannedCoverage(account))
}

/** Production, setup and delay. */
function busyTime(times: Account['times']): number {
  return times.producing + times.setup + delayTime(times)
}

function delayTime(times: Account['times']): number {
  return times.idle_starved + times.idle_blocked + times.held + times.down_fault
}

const AUTOMATIC = ['AUTOMATIC', 'AUTOMATIC_EXTERNAL']

/** Time in automatic mode over powered time, which is all that is known but off. */
function modeFigure(asked: Asked, robots: readonly string[]): Figure | undefined {
  const { input, span } = asked
  const saying = robots.filter((device) => input.samplesOf(device, 'op_mode').length > 0)
  if (saying.length === 0) return undefined
  const account = totalAccount(saying.map((device) => accountOf(asked, device)))
  let [automaticMs, saidMs] = [0, 0]
  for (const device of saying) {
    const powered = stretchesOf(input, device).filter(({ bucket }) => bucket !== 'off')
    const modes = saidBy(input, device, 'op_mode')
    saidMs += togetherMs(powered, modes, span)
    automaticMs += togetherMs(
      powered,
      modes.filter(({ value }) => AUTOMATIC.includes(String(value))),
      span,
    )
  }
  const poweredMs = saying.length * lengthMs(span) - account.times.off - account.times.unknown
  const coverage = Math.min(plannedCoverage(account), poweredMs > 0 ? saidMs / poweredMs : 1)
  return ratio(automaticMs, poweredMs, coverage)
}

function plannedCoverage({ knownMs, plannedMs }: Account): number {
  return plannedMs === 0 ? 1 : knownMs / plannedMs
}

function timeRatio(kpi: string, account: Account, known: number): Figure | undefined {
  const { times, busyMs, faults } = account
  const coverage = plannedCoverage(account)
  const delay = delayTime(times)
  const processing = times.producing + times.setup
  const busy = busyTime(times)
  switch (kpi) {
    case 'availability':
      return ratio(times.producing, busyMs, coverage)
    case 'allocation_efficiency':
      return ratio(busy, busyMs, coverage)
    case 'utilization_efficiency':
      return ratio(times.producing, busy, coverage)
    case 'technical_efficiency':
      return ratio(times.producing, times.producing + delay, coverage)
    case 'setup_ratio':
      return ratio(times.setup, processing, coverage)
    case 'corrective_maintenance_ratio':
      return ratio(times.down_fault, times.down_fault + times.pm, coverage)
    case 'failures':
      return total(faults.entries, known)
    case 'microstops':
      return total(faults.short, known)
    case 'mtbf':
      return ratio(processing / HOUR_MS, faults.entries, coverage)
    case 'mttr':
      return ratio(faults.endedMs / HOUR_MS, faults.ended, coverage)
    case 'inherent_availability': {
      if (faults.entries === 0 || faults.ended === 0) return ratio(0, 0, coverage)
      const [between, repair] = [processing / faults.entries, faults.endedMs / faults.ended]
      return ratio(between, between + repair, coverage)
    }
    default:
      return undefined
  }
}

/** Figures of what machines made that count and say their state; OEE of several is that of their sums. */
function pieceFigure(kpi: string, asked: Asked): Figure | undefined {
  const counted = membersOf(asked, 'parts_total')
  if (kpi === 'cycles') {
    const cycling = membersOf(asked, 'cycle_count')
    if (cycling.length === 0) return undefined
    const cycles = sumOf(cycling.map((device) => deviceAmount(asked, device, 'cycle_count', 'whole')))
    return total(cycles.amount, coverageOf(cycles))
  }
  if (counted.length === 0) return undefined
  const sum = (metric: string): Amount => sumOf(counted.map((device) => deviceAmount(asked, device, metric, 'whole')))
  const [all, good, reject] = [sum('parts_total'), sum('parts_good'), sum('parts_reject')]
  const pieces = coverageOf(all, good, reject)
  switch (kpi) {
    case 'quality_ratio':
      return ratio(good.amount, all.amount, pieces)
    case 'scrap_ratio':
      return ratio(reject.amount, all.amount, pieces)
    case 'defect_ppm':
      return ratio(reject.amount * 1e6, all.amount, pieces)
    case 'rework_ratio':
      return reworkFigure(asked, counted)
    case 'fpy':
      return ratio(all.amount - reject.amount - sum('parts_rework').amount, all.amount, pieces)
    default:
      return oeeFigure(kpi, asked, counted, { all, good, pieces })
  }
}

function oeeFigure(
  kpi: string,
  asked: Asked,
  counted: readonly string[],
  { all, good, pieces }: { all: Amount; good: Amount; pieces: number },
): Figure | undefined {
  if (!['oee', 'nee', 'effectiveness', 'throughput_rate', 'equipment_load'].includes(kpi)) return undefined
  const { plant } = asked.input
  const machines = counted.filter((device) => asked.input.samplesOf(device, 'state').length > 0)
  if (machines.length === 0) return undefined
  const account = totalAccount(machines.map((device) => accountOf(asked, device)))
  const coverage = Math.min(pieces, plannedCoverage(account))
  if (kpi === 'throughput_rate') return ratio(all.amount, account.orderMs / HOUR_MS, coverage)
  if (kpi === 'equipment_load') return loadFigure(asked, machines, coverage)
  const ideal = machines.reduce((sum, device) => {
    const product = plant.devices?.find(({ id }) => id === device)?.product
    const cycle = plant.products?.find(({ id }) => id === product)?.ideal_cycle_s ?? Number.NaN
    return sum + cycle * 1000 * deviceAmount(asked, device, 'parts_total', 'whole').amount
  }, 0)
  const { producing, setup } = account.times
  if (kpi === 'effectiveness') return ratio(ideal, producing, coverage)
  const worked = kpi === 'oee' ? producing : producing + setup
  // OEE of one product is PRU · GQ / PBT exactly, whether it was producing or not; NEE needs the time in which it was.
  const made = kpi === 'oee' ? ideal / account.busyMs : (worked / account.busyMs) * (ideal / producing)
  const value = all.amount === 0 ? 0 : made * (good.amount / all.amount)
  const isKnown = account.busyMs > 0 && Number.isFinite(value) && coverage >= COVERAGE_MIN
  return { ...ratio(worked, account.busyMs, coverage), value: isKnown ? value : null }
}

/** Pieces over what the machines of which the capacity is known could have made in their planned busy time. */
function loadFigure(asked: Asked, machines: readonly string[], coverage: number): Figure {
  let [made, possible] = [0, 0]
  for (const device of machines) {
    const perHour = asked.input.plant.devices?.find(({ id }) => id === device)?.capacity_per_h
    if (perHour === undefined) continue
    made += deviceAmount(asked, device, 'parts_total', 'whole').amount
    possible += (perHour * accountOf(asked, device).busyMs) / HOUR_MS
  }
  return ratio(made, possible, coverage)
}

/** Rework ratio of the machines that count what they make a second time. */
function reworkFigure(asked: Asked, counted: readonly string[]): Figure | undefined {
  const reworking = counted.filter((device) => asked.input.samplesOf(device, 'parts_rework').length > 0)
  if (reworking.length === 0) return undefined
  const sum = (metric: string) => sumOf(reworking.map((device) => deviceAmount(asked, device, metric, 'whole')))
  const [all, again] = [sum('parts_total'), sum('parts_rework')]
  return ratio(again.amount, all.amount, Math.min(coverageOf(all), coverageOf(again)))
}

/** Figures that the configuration gives of people and routings, for whole days alone. */
export function configuredFigure(kpi: string, { input, scope, span }: Asked): Figure | undefined {
  const isMidnight = (ms: number) => wallOf(ms, input.plant.timezone).minutes === 0
  if (scope !== 'plant' || !isMidnight(span.fromMs) || !isMidnight(span.toMs)) return undefined
  const { devices = [], employees = 0, automation } = input.plant
  const robots = devices.filter(({ role }) => role === 'robot').length
  if (kpi === 'robot_density' && robots > 0) return ratio(robots * 10_000, employees, 1)
  if (kpi !== 'automation_share') return undefined
  return ratio(automation?.automatic_operations ?? 0, automation?.all_operations ?? 0, 1)
}
