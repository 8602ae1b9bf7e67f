import type { AnomalyKind } from '../../../src/base/anomaly.js'
import { addFlow, type SimulatedMeter } from './measured-plant.js'
import type { PlantedAnomaly, Plot } from './plot.js'

const PER_DAY = 96
const PER_HOUR = 4

/** Plants an anomaly of a kind from `plot.from` on; null where the plant has no device that can have it. */
export function plantFault(kind: AnomalyKind, plot: Plot, isWater: boolean): PlantedAnomaly | null {
  const water = plot.meters.filter(({ device }) => device === 'water-1')
  const areas = plot.meters.filter(({ behind }) => behind === 'main-1')
  const machines = plot.meters.filter(({ behind }) => behind !== null && behind !== 'main-1')
  const main = plot.meters.filter(({ part }) => part === 'main')
  const of = (...among: (readonly SimulatedMeter[])[]) => pick(plot, isWater ? water : among.flat())
  switch (kind) {
    case 'stuck':
      return stuck(plot, of(areas, machines, main))
    case 'spike':
      return spike(plot, of(areas, machines, main))
    case 'sign_swapped':
      return scaled(plot, kind, of(areas, main), -1, null)
    case 'unit_swapped':
      return scaled(plot, kind, of(areas, main), pick(plot, [1000, 1 / 1000, 3.6, 1 / 3.6, 10]), null)
    case 'swapped_meters':
      return swapped(plot, areas)
    case 'conservation_broken':
      return conservation(plot, areas, main[0]!)
    case 'drift':
      return drift(plot, of(areas))
    case 'leak':
      return base(plot, kind, water[0]!)
    case 'compressed_air_base_load': {
      const compressor = areas.find(({ isCompressedAir }) => isCompressedAir)
      return compressor === undefined
        ? base(plot, 'leak', areas.find(({ device }) => device === 'chiller-1')!)
        : base(plot, kind, compressor)
    }
    case 'idle_waste':
      return idle(
        plot,
        pick(
          plot,
          plot.meters.filter(({ machines: of }) => of.length > 0),
        ),
      )
    case 'slower_cycle':
      return slower(plot)
  }
}

function pick<T>({ random }: Plot, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)]!
}

/** A register stands for one to three days, and then goes on from where it stood. */
function stuck(plot: Plot, { device, values, machines }: SimulatedMeter): PlantedAnomaly {
  // A meter whose machine rests cannot be told from one that is stuck: it begins with the next shift.
  let from = plot.from
  while (machines.length > 0 && !plot.isPlanned(from)) from++
  const to = Math.min(values.length, from + PER_DAY * (1 + Math.floor(3 * plot.random())))
  values.fill(0, from, to)
  return { kind: 'stuck', devices: [device], from, to, size: `${(to - from) / PER_DAY} d` }
}

function spike(plot: Plot, { device, values }: SimulatedMeter): PlantedAnomaly {
  const highest = values.reduce((most, value) => Math.max(most, value), 0)
  const factor = 3 + 27 * plot.random()
  values[plot.from] = highest * factor
  return { kind: 'spike', devices: [device], from: plot.from, to: plot.from + 1, size: `× ${factor.toFixed(1)}` }
}

function scaled(
  plot: Plot,
  kind: AnomalyKind,
  { device, values }: SimulatedMeter,
  factor: number,
  to: number | null,
): PlantedAnomaly {
  for (let i = plot.from; i < (to ?? values.length); i++) values[i]! *= factor
  return { kind, devices: [device], from: plot.from, to, size: `× ${factor.toPrecision(3)}` }
}

/** Two meters of areas that are not alike change places. */
function swapped(plot: Plot, areas: readonly SimulatedMeter[]): PlantedAnomaly {
  const level = ({ flow }: SimulatedMeter) => plot.description.model.loads.find(({ id }) => id === flow)!.level.shift
  const pairs = areas.flatMap((a, n) => areas.slice(n + 1).map((b) => [a, b] as const))
  const unlike = pairs.filter(([a, b]) => Math.abs(level(a) - level(b)) > 0.25 * Math.max(level(a), level(b)))
  const [a, b] = pick(plot, unlike)
  for (let i = plot.from; i < a.values.length; i++) [a.values[i], b.values[i]] = [b.values[i]!, a.values[i]!]
  return { kind: 'swapped_meters', devices: [a.device, b.device], from: plot.from, to: null, size: '' }
}

/** A phase is lost, a ratio is set wrong, or somebody connects what no submeter sees. */
function conservation(plot: Plot, areas: readonly SimulatedMeter[], main: SimulatedMeter): PlantedAnomaly {
  if (plot.random() < 0.25) {
    const mean = main.truth.reduce((sum, value) => sum + value, 0) / main.truth.length
    const more = mean * (0.2 + 0.15 * plot.random())
    for (let i = plot.from; i < main.values.length; i++) addFlow(plot.meters, main.device, i, more)
    const size = `+${(4 * more).toFixed(0)} kW`
    return { kind: 'conservation_broken', devices: [main.device], from: plot.from, to: null, size }
  }
  return scaled(plot, 'conservation_broken', pick(plot, areas), pick(plot, [2 / 3, 1 / 2, 1.33, 1.5]), null)
}

/** A gain that creeps, up or down. */
function drift(plot: Plot, { device, values }: SimulatedMeter): PlantedAnomaly {
  const perDay = (plot.random() < 0.5 ? -1 : 1) * (0.006 + 0.006 * plot.random())
  for (let i = plot.from; i < values.length; i++) values[i]! *= 1 + (perDay * (i - plot.from)) / PER_DAY
  return { kind: 'drift', devices: [device], from: plot.from, to: null, size: `${(100 * perDay).toFixed(2)} %/d` }
}

/** A quarter to three quarters of what it takes at rest more, at all hours. */
function base(plot: Plot, kind: AnomalyKind, { device, truth, values }: SimulatedMeter): PlantedAnomaly {
  const rest = [...truth].filter((_, i) => !plot.isPlanned(i)).sort((a, b) => a - b)
  const more = rest[rest.length >> 1]! * (0.25 + 0.5 * plot.random())
  for (let i = plot.from; i < values.length; i++) addFlow(plot.meters, device, i, more)
  return { kind, devices: [device], from: plot.from, to: null, size: `+${(PER_HOUR * more).toFixed(2)} an hour` }
}

/** Something is left on while nothing is planned: a machine as it stands, an area by a half to all of what it takes when closed. */
function idle(plot: Plot, { device, flow, values }: SimulatedMeter): PlantedAnomaly {
  const drive = plot.description.model.drives.find(({ robot }) => robot.id === flow)
  const load = plot.description.model.loads.find(({ id }) => id === flow)
  const more = drive === undefined ? load!.level.closed * (0.5 + 0.5 * plot.random()) : drive.kw.standing
  for (let i = plot.from; i < values.length; i++) {
    if (!plot.isPlanned(i)) addFlow(plot.meters, device, i, more / PER_HOUR)
  }
  return { kind: 'idle_waste', devices: [device], from: plot.from, to: null, size: `+${more.toFixed(1)} kW` }
}

/** A robot needs longer for each cycle, and makes fewer in the same time. */
function slower(plot: Plot): PlantedAnomaly {
  const [device, { cycles, standardS }] = pick(plot, [...plot.truth.robots])
  const factor = 1.07 + 0.15 * plot.random()
  let rest = 0
  for (let i = plot.from; i < cycles.length; i++) {
    standardS[i]! /= factor
    rest += cycles[i]! / factor
    cycles[i] = Math.floor(rest)
    rest -= cycles[i]!
  }
  return { kind: 'slower_cycle', devices: [device], from: plot.from, to: null, size: `× ${factor.toFixed(2)}` }
}
