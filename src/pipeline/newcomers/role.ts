import type { MetricClass } from '../../base/metrics.js'
import type { DeviceRole, PlantOptions } from '../../base/plant.js'
import { because } from '../../base/proposal-reasons.js'
import type { Proposed } from '../../views/wire/unknown-devices.js'
import type { LikelyMain } from './likely-main.js'

interface SentMetric {
  readonly metric: string
  readonly class: MetricClass
}

const MACHINE = new Set([
  'state',
  'op_mode',
  'safety_state',
  'order_active',
  'parts_total',
  'parts_good',
  'parts_reject',
  'parts_rework',
  'cycle_count',
  'cycle_time_s',
  'operating_hours',
  'motor_on_hours',
])
const STACK = /^(?:so2|nox|pm|co)_(?:ref_)?mgm3$|^stack_/
const NAMED_MAX = 3

/** True of a device that may stand at the grid: it measures electricity, and sends nothing that makes it anything else. */
export function isMeter(sent: readonly SentMetric[]): boolean {
  return roleOf('', sent, null, null).reasons.some(({ code }) => code === 'which_is_main')
}

/**
 * The role of a device by what it sends; null where that does not say.
 *
 * @param main the new meter that is most probably the main one, where the plant has none yet
 */
export function roleOf(
  device: string,
  sent: readonly SentMetric[],
  plant: Pick<PlantOptions, 'devices'> | null,
  main: LikelyMain | null,
): Proposed<DeviceRole> {
  const among = (isMeant: (one: SentMetric) => boolean) => sent.filter(isMeant)
  const stack = among(({ metric }) => STACK.test(metric))
  if (stack.length > 0) return { value: 'stack', reasons: [because('sends', { metrics: names(stack) })] }
  const machine = among(({ metric }) => MACHINE.has(metric))
  if (machine.length > 0) {
    const isRobot = machine.every((one) => one.class === 'robot')
    const under = isRobot ? 'robot' : 'production'
    const reasons = [because('sends_class', { metrics: names(machine), class: under })]
    return { value: isRobot ? 'robot' : 'machine', reasons }
  }
  const has = (metric: string) => sent.some((one) => one.metric === metric)
  const submeter = among(({ metric }) => metric === 'elec_submeter_kwh')
  if (submeter.length > 0) return { value: 'sub', reasons: [because('sends', { metrics: names(submeter) })] }
  if (has('elec_import_kwh') || has('elec_import_kw')) return meterRole(device, plant, main)
  if (has('renew_onsite_kwh')) return { value: 'pv', reasons: [because('sends', { metrics: 'renew_onsite_kwh' })] }
  const others = among((one) => one.class === 'energy')
  if (others.length > 0 && others.length === sent.length) {
    return { value: null, reasons: [because('no_role', { metrics: names(others) })] }
  }
  return { value: null, reasons: [because('nothing_known')] }
}

/** A meter of electricity stands at the grid or behind the meter that does. */
function meterRole(
  device: string,
  plant: Pick<PlantOptions, 'devices'> | null,
  likely: LikelyMain | null,
): Proposed<DeviceRole> {
  const main = plant?.devices.find(({ role }) => role === 'main')
  if (main !== undefined) return { value: 'sub', reasons: [because('behind_main', { main: main.id })] }
  if (likely === null) return { value: null, reasons: [because('which_is_main')] }
  if (likely.device === device) return { value: 'main', reasons: [likely.reason] }
  return { value: 'sub', reasons: [because('behind_likely_main', { main: likely.device }), likely.reason] }
}

function names(sent: readonly SentMetric[]): string {
  return listed(sent.map(({ metric }) => metric))
}

/** The first of some names, in one text. */
function listed(all: readonly string[]): string {
  return [...all.slice(0, NAMED_MAX), ...(all.length > NAMED_MAX ? ['…'] : [])].join(', ')
}

/** The meter that a device of a role lies behind: the one main meter of its plant, be that new too. Null for all but submeters. */
export function parentOf(
  device: string,
  role: DeviceRole | null,
  plant: Pick<PlantOptions, 'devices'> | null,
  likely: LikelyMain | null,
): Proposed<string> {
  if (role !== 'sub') return { value: null, reasons: [] }
  const mains = (plant?.devices ?? []).filter((one) => one.role === 'main').map(({ id }) => id)
  if (mains.length > 1) return { value: null, reasons: [because('which_main', { mains: listed(mains) })] }
  const [main] = mains
  if (main !== undefined) return { value: main, reasons: [because('only_main', { main })] }
  if (likely === null || likely.device === device) return { value: null, reasons: [because('no_main')] }
  return { value: likely.device, reasons: [because('behind_likely_main', { main: likely.device })] }
}
