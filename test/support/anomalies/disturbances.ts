import { addFlow } from './measured-plant.js'
import type { Plot } from './plot.js'

const GATEWAY_GAPS = 3
const METER_GAPS = 4
const RESTARTS = 6
const STOPS = 3

/** Disturbs a plant as happens anywhere without an anomaly: areas that stand for hours, and meters or the gateway that are silent for a while. */
export function disturb(plot: Plot, what: 'stops' | 'gaps'): void {
  if (what === 'stops') for (let n = 0; n < STOPS; n++) stopArea(plot)
  else {
    for (let n = 0; n < GATEWAY_GAPS; n++) silence(plot, plot.meters, 1 + upTo(plot, 20), true)
    for (let n = 0; n < METER_GAPS; n++) silence(plot, [anyOf(plot, plot.meters)], 1 + upTo(plot, 30), false)
    for (let n = 0; n < RESTARTS; n++) restart(plot)
  }
}

/** An area falls to what it takes when it is closed, for hours of a shift. */
function stopArea(plot: Plot): void {
  const { meters, description, truth } = plot
  const areas = meters.filter(({ flow }) => description.model.loads.some(({ id }) => id === flow))
  const area = anyOf(plot, areas)
  const closed = description.model.loads.find(({ id }) => id === area.flow)!.level.closed / 4
  const from = upTo(plot, truth.intervals - 40)
  const length = 12 + upTo(plot, 24)
  const machines = meters.filter(({ behind }) => behind === area.device)
  for (let i = from; i < from + length; i++) {
    if (!plot.isPlanned(i)) continue
    for (const machine of machines) addFlow(meters, machine.device, i, -0.9 * machine.truth[i]!)
    const rest = closed * (0.9 + 0.2 * plot.random())
    if (area.truth[i]! > rest) addFlow(meters, area.device, i, rest - area.truth[i]!)
  }
}

/** Nothing is known for a while. */
function silence(plot: Plot, meters: Plot['meters'], length: number, isWhole: boolean): void {
  const from = upTo(plot, plot.truth.intervals - length - 1)
  for (const { values } of meters) values.fill(Number.NaN, from, from + length)
  if (!isWhole) return
  for (const { cycles, executeS } of plot.truth.robots.values()) {
    cycles.fill(Number.NaN, from, from + length)
    executeS.fill(Number.NaN, from, from + length)
  }
}

/** A device is off for up to 45 minutes; the next interval holds what its register counted meanwhile. */
function restart(plot: Plot): void {
  const { values } = anyOf(plot, plot.meters)
  const length = 1 + upTo(plot, 3)
  const from = upTo(plot, plot.truth.intervals - length - 1)
  for (let i = from; i < from + length; i++) {
    if (!Number.isNaN(values[i]!)) values[from + length]! += values[i]!
    values[i] = Number.NaN
  }
}

function upTo({ random }: Plot, count: number): number {
  return Math.floor(random() * count)
}

function anyOf<T>({ random }: Plot, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)]!
}
