import type { DeviceDescription, PlantDescription } from '../../../simulators/plants/description.js'
import { HOUR_MS, QUARTER_HOUR_MS } from '../../../src/base/durations.js'
import type { PlantOptions } from '../../../src/base/plant.js'
import type { MeterSeries, PlantHistory } from '../../../src/insight/anomalies/plant-history.js'
import { LocalDays } from '../../../src/insight/series/local-days.js'
import type { TruePlant } from './plant-days.js'

/** A meter of a simulated plant: what truly flows through it, and what it says of it. */
export interface SimulatedMeter extends Omit<MeterSeries, 'values'> {
  readonly flow: string
  readonly truth: Float64Array
  /** Copy of the truth at first; faults change it. */
  readonly values: Float64Array
}

/** Smallest step of a register. */
const PARTS = 1000
const QUARTERS = HOUR_MS / QUARTER_HOUR_MS

/** The meters of a plant of the simulators, those of machines behind those of their areas, these behind the main one. */
export function metersOf(description: PlantDescription, { flows }: TruePlant): readonly SimulatedMeter[] {
  const { model, devices } = description
  const areas = new Map(model.loads.map(({ id }) => [id, devices.find((one) => flowOf(one) === id)?.id ?? null]))
  return devices.flatMap((device): SimulatedMeter[] => {
    const flow = flowOf(device)
    if (flow === null) return []
    const truth = flows.get(flow)!
    const drive = model.drives.find(({ robot }) => robot.id === flow)
    const isElectric = flow !== 'gas' && flow !== 'water'
    const inArea = devices.flatMap((one) =>
      (one.kind === 'robot' || one.kind === 'machine') && one.line === device.line && device.line === flow
        ? [one.id]
        : [],
    )
    return [
      {
        device: device.id,
        line: device.line,
        unit: isElectric ? 'kWh' : flow === 'gas' ? 'Nm3' : 'm3',
        part: flow === 'net' ? 'main' : flow === 'solar' ? 'generation' : 'part',
        behind: drive !== undefined ? areas.get(drive.behind)! : areas.has(flow) ? 'main-1' : null,
        isCompressedAir: flow === 'compressor',
        isWeatherDriven: flow === 'gas',
        machines: drive === undefined ? inArea : [drive.robot.id],
        flow,
        truth: Float64Array.from(truth),
        values: Float64Array.from(truth),
      },
    ]
  })
}

function flowOf(device: DeviceDescription): string | null {
  if (device.kind !== 'meter' && device.kind !== 'submeter') return null
  const { flow } = device.channels[0]!
  return flow === 'import' ? 'net' : flow
}

/** Lets so much more flow through a meter, and through those before it. */
export function addFlow(meters: readonly SimulatedMeter[], device: string, i: number, amount: number): void {
  for (let at: string | null = device; at !== null; ) {
    const meter: SimulatedMeter = meters.find((one) => one.device === at)!
    meter.truth[i]! += amount
    meter.values[i]! += amount
    at = meter.behind
  }
}

/** Steps of the register that a meter shows. */
export function asShown({ values }: SimulatedMeter): Float64Array {
  let sum = 0
  let shown = 0
  return values.map((value) => {
    if (Number.isNaN(value)) return value
    sum += value
    const next = Math.floor(sum * PARTS) / PARTS
    const step = Math.round((next - shown) * PARTS) / PARTS
    shown = next
    return step
  })
}

/** Figures that a gateway has of a meter: what is made on site and fed in is told by hours, of which each quarter has a fourth. */
function asRead(meter: SimulatedMeter): Float64Array {
  const shown = asShown(meter)
  if (meter.part === 'generation') return byHours(shown)
  if (meter.part !== 'main') return shown
  const fedIn = byHours(shown.map((value) => Math.max(0, -value)))
  return shown.map((value, i) => Math.max(0, value) - fedIn[i]!)
}

/** The mean of its hour at each quarter; an hour with a gap is not known. */
function byHours(values: Float64Array): Float64Array {
  return values.map((_, i) => {
    const hour = values.subarray(i - (i % QUARTERS), i - (i % QUARTERS) + QUARTERS)
    return hour.reduce((sum, value) => sum + value, 0) / hour.length
  })
}

/** History that a gateway would hand to the watch. */
export function historyOf(
  plant: Pick<PlantOptions, 'id' | 'timezone' | 'shifts' | 'calendar'>,
  truth: TruePlant,
  meters: readonly SimulatedMeter[],
  devices: PlantDescription['devices'],
): PlantHistory {
  return {
    plant: plant.id,
    startMs: truth.startMs,
    stepMs: QUARTER_HOUR_MS,
    intervals: truth.intervals,
    days: new LocalDays(plant),
    meters: meters.map((meter) => ({ ...meter, values: asRead(meter) })),
    machines: [...truth.robots].map(([device, robot]) => ({
      device,
      line: devices.find(({ id }) => id === device)!.line,
      ...robot,
    })),
    pricePerKwh: 0.8,
    kgCo2ePerKwh: 0.55,
  }
}
