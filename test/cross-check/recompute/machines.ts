import { COVERAGE_MIN, type Figure, HOUR_MS, lengthMs, ratio, total } from './inputs.js'
import { type Amount, type Asked, coverageOf, deviceAmount, membersOf, roleOf, sumOf } from './members.js'
import { type Bucket, faultsIn, plannedIn, stretchesOf, timesIn } from './states.js'

/** Machines, robots and what they make, KPI specification §3 and §4. */

interface Account {
  readonly times: Readonly<Record<Bucket, number>>
  readonly busyMs: number
  readonly plannedMs: number
  readonly knownMs: number
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
  return {
    times: timesIn(stretches, span),
    ...plannedIn(input, stretches, span),
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
  const robots = machines.filter((device) => roleOf(asked.input, device) === 'robot')
  if (kpi.startsWith('robot_util')) {
    if (robots.length === 0) return undefined
    const ofRobots = totalAccount(robots.map((device) => accountOf(asked, device)))
    const whole = robots.length * lengthMs(asked.span)
    return kpi === 'robot_util_planned'
      ? ratio(ofRobots.times.producing, ofRobots.busyMs, plannedCoverage(ofRobots))
      : ratio(ofRobots.times.producing, whole, 1 - ofRobots.times.unknown / whole)
  }
  return timeRatio(kpi, account, known)
}

function plannedCoverage({ knownMs, plannedMs }: Account): number {
  return plannedMs === 0 ? 1 : knownMs / plannedMs
}

function timeRatio(kpi: string, account: Account, known: number): Figure | undefined {
  const { times, busyMs, faults } = account
  const coverage = plannedCoverage(account)
  const delay = times.idle_starved + times.idle_blocked + times.held + times.down_fault
  const processing = times.producing + times.setup
  const busy = processing + delay
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

/** What machines made that count and say their state; OEE of several is that of their sums. */
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
    case 'fpy':
      return ratio(all.amount - reject.amount, all.amount, pieces)
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
  if (!['oee', 'nee', 'effectiveness', 'throughput_rate'].includes(kpi)) return undefined
  const { plant } = asked.input
  const machines = counted.filter((device) => asked.input.samplesOf(device, 'state').length > 0)
  if (machines.length === 0) return undefined
  const account = totalAccount(machines.map((device) => accountOf(asked, device)))
  const coverage = Math.min(pieces, plannedCoverage(account))
  if (kpi === 'throughput_rate') return ratio(all.amount, account.busyMs / HOUR_MS, coverage)
  const ideal = machines.reduce((sum, device) => {
    const product = plant.devices?.find(({ id }) => id === device)?.product
    const cycle = plant.products?.find(({ id }) => id === product)?.ideal_cycle_s ?? Number.NaN
    return sum + cycle * 1000 * deviceAmount(asked, device, 'parts_total', 'whole').amount
  }, 0)
  const { producing, setup } = account.times
  if (kpi === 'effectiveness') return ratio(ideal, producing, coverage)
  const worked = kpi === 'oee' ? producing : producing + setup
  // Of one product OEE is PRU · GQ / PBT exactly, whether it was producing or not; NEE needs the time in which it was.
  const made = kpi === 'oee' ? ideal / account.busyMs : (worked / account.busyMs) * (ideal / producing)
  const value = all.amount === 0 ? 0 : made * (good.amount / all.amount)
  const isKnown = account.busyMs > 0 && Number.isFinite(value) && coverage >= COVERAGE_MIN
  return { ...ratio(worked, account.busyMs, coverage), value: isKnown ? value : null }
}
