import type { KpiFlag } from '../base/flags.js'
import type { KpiInfo, KpiPoint } from '../base/kpi.js'
import type { RangeFigure } from '../base/range-figure.js'
import { STANDING_STATES, STATES, type State } from '../base/states.js'
import type { RangeTime } from '../kpi/over-range/combine.js'
import { STATE_FIGURES } from '../kpi/settings/state-figures.js'
import { rangeFigure } from './range-figures.js'
import type { KpiFigures } from './sources/kpis.js'
import type { KnownPlants } from './sources/plants.js'
import type { EnergySpent, MachineEnergyAnswer, MachineSpent, RangeAmount, StateSpent } from './wire/machine-energy.js'

/** Machines of one answer. */
const MACHINES_MAX = 100

type Sources = KpiFigures & Pick<KnownPlants, 'plants'>

/** The machines of a plant are listed by the electricity that they used over a range, the largest first, each with its states. */
export async function machineEnergy(plant: string, range: RangeTime, sources: Sources): Promise<MachineEnergyAnswer> {
  const found = machinesOf(plant, sources)
  const reader = new Reader(plant, range, sources)
  const machines: MachineSpent[] = []
  for (const device of found.devices.slice(0, MACHINES_MAX)) {
    machines.push(await machineSpent(device, lineOf(plant, device, sources), found.isPriced, reader))
  }
  machines.sort((a, b) => sizeOf(b) - sizeOf(a) || (a.device < b.device ? -1 : 1))
  const all = (of: (machine: MachineSpent) => EnergySpent) => together(machines.map(of), found.isPriced)
  return {
    from: reader.from,
    to: reader.to,
    total: machines.length === 0 ? null : { ...all((one) => one), standing: all(({ standing }) => standing) },
    machines,
    left_out: Math.max(0, found.devices.length - MACHINES_MAX),
  }
}

/** Machines that have energy by state at all; those first that used most on their newest day. */
function machinesOf(plant: string, sources: Sources) {
  const used = new Map<string, number>()
  let isPriced = false
  for (const point of sources.latest(plant, { scope: 'device', window: '1d' })) {
    if (point.kpi === 'cost_producing') isPriced = true
    if (isStateEnergy(point)) used.set(point.id, (used.get(point.id) ?? 0) + (point.numerator ?? 0))
  }
  const devices = [...used].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([device]) => device)
  return { devices, isPriced }
}

const ENERGY_KPIS: ReadonlySet<string> = new Set(STATES.map((state) => `kwh_${STATE_FIGURES[state].id}`))
const isStateEnergy = ({ kpi }: KpiPoint) => ENERGY_KPIS.has(kpi)

function lineOf(plant: string, device: string, sources: Sources): string | null {
  const lines = sources.plants().find(({ id }) => id === plant)?.lines ?? []
  return lines.find(({ devices }) => devices.some(({ id }) => id === device))?.id ?? null
}

/** Figures of one range; all of them are made of the same hours. */
class Reader {
  from: string
  to: string
  readonly #plant: string
  readonly #range: RangeTime
  readonly #sources: Sources
  readonly #infos: ReadonlyMap<string, KpiInfo>

  constructor(plant: string, range: RangeTime, sources: Sources) {
    this.#plant = plant
    this.#range = range
    this.#sources = sources
    this.#infos = new Map(sources.catalogue.map((info) => [info.id, info]))
    this.from = new Date(range.fromMs).toISOString()
    this.to = new Date(Math.max(range.fromMs, Math.min(range.toMs, range.nowMs))).toISOString()
  }

  async amounts(device: string, what: 'kwh' | 'co2e' | 'cost', states: readonly State[]): Promise<RangeAmount[]> {
    const figures = await Promise.all(
      states.map((state) => {
        const info = this.#infos.get(`${what}_${STATE_FIGURES[state].id}`)!
        const asked = { plant: this.#plant, scope: 'device', id: device, range: this.#range } as const
        return rangeFigure(info, { ...asked, highest: null, finest: null }, this.#sources)
      }),
    )
    const told = figures.find(({ data_from }) => data_from !== null)
    if (told !== undefined) [this.from, this.to] = [told.from, told.to]
    return figures.map(amountOf)
  }
}

function amountOf({ value, known, unit, reason, coverage, estimated_share, flags, factors }: RangeFigure): RangeAmount {
  return { value, known, unit, reason, coverage, estimated_share, flags, factors }
}

async function machineSpent(
  device: string,
  line: string | null,
  isPriced: boolean,
  reader: Reader,
): Promise<MachineSpent> {
  const energies = await reader.amounts(device, 'kwh', STATES)
  // Nothing is emitted and paid in a state that nothing went into.
  const some = STATES.flatMap((state, i) => ((energies[i]!.known ?? 0) === 0 ? [] : [{ state, energy: energies[i]! }]))
  const names = some.map(({ state }) => state)
  const [emitted, paid] = [
    await reader.amounts(device, 'co2e', names),
    isPriced ? await reader.amounts(device, 'cost', names) : null,
  ]
  const states = some
    .map((one, i): StateSpent => ({ ...one, co2e: emitted[i]!, cost: paid?.[i] ?? null }))
    .sort((a, b) => (b.energy.known ?? 0) - (a.energy.known ?? 0))
  const energy = wholeOf(energies, energies.at(-1), 'kWh')
  const unknown = states.find(({ state }) => state === 'UNKNOWN')
  const none = { ...energy, value: energy.value === null ? null : 0, known: energy.known === null ? null : 0 }
  const sum = (of: readonly RangeAmount[], unit: string) => (of.length === 0 ? { ...none, unit } : added(of, unit))
  const whole = (of: readonly RangeAmount[], rest: RangeAmount | undefined, unit: string) =>
    of.length === 0 ? { ...none, unit } : wholeOf(of, rest, unit)
  const stood = states.filter(({ state }) => STANDING_STATES.includes(state))
  return {
    device,
    line,
    energy,
    co2e: whole(emitted, unknown?.co2e, 'kgCO2e'),
    cost: paid === null ? null : whole(paid, unknown?.cost ?? undefined, 'currency'),
    standing: {
      energy: sum(amountsOf(stood, 'energy'), 'kWh'),
      co2e: sum(amountsOf(stood, 'co2e'), 'kgCO2e'),
      cost: paid === null ? null : sum(amountsOf(stood, 'cost'), 'currency'),
    },
    states,
  }
}

function amountsOf(parts: readonly EnergySpent[], what: keyof EnergySpent): readonly RangeAmount[] {
  return parts.flatMap((part) => part[what] ?? [])
}

const SILENT: ReadonlySet<string> = new Set(['low_coverage', 'no_data'])

/**
 * All states together. How much went into one of them is known as well as the states are; how much went into all of them
 * is known as well as the meter, and so is what went into a state that nobody knows.
 */
function wholeOf(states: readonly RangeAmount[], rest: RangeAmount | undefined, unit: string): RangeAmount {
  const sum = added(states, unit)
  if (rest === undefined || rest.value === null || !SILENT.has(sum.reason)) return sum
  return { ...sum, value: sum.known, reason: '', coverage: rest.coverage }
}

/** The sum of what several machines used. */
function together(parts: readonly EnergySpent[], isPriced: boolean): EnergySpent {
  return {
    energy: added(amountsOf(parts, 'energy'), 'kWh'),
    co2e: added(amountsOf(parts, 'co2e'), 'kgCO2e'),
    cost: isPriced ? added(amountsOf(parts, 'cost'), 'currency') : null,
  }
}

/** Known as well as the part of it that is known least; without a value when one of its parts has none. */
function added(parts: readonly RangeAmount[], unit: string): RangeAmount {
  const missing = parts.find(({ value }) => value === null)
  const known = parts.flatMap((part) => part.known ?? [])
  const sum = known.reduce((all, one) => all + one, 0)
  const units = new Set(parts.map((part) => part.unit))
  return {
    value: missing === undefined && units.size === 1 ? sum : null,
    known: known.length === 0 ? null : sum,
    unit: units.size === 1 ? [...units][0]! : unit,
    reason: missing !== undefined ? missing.reason : units.size === 1 ? '' : 'bad_config',
    coverage: Math.min(...parts.map(({ coverage }) => coverage)),
    estimated_share: Math.max(...parts.map((part) => part.estimated_share)),
    flags: [...new Set(parts.flatMap(({ flags }): readonly KpiFlag[] => flags))],
    factors: [...new Set(parts.flatMap(({ factors }) => factors))].sort(),
  }
}

/** Machines are ranked by the part of their energy that is known. */
const sizeOf = ({ energy }: MachineSpent) => energy.known ?? -1
