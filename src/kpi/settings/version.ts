import { MINUTE_MS } from '../../base/durations.js'
import { NO_AS_NO2 } from '../../base/gases.js'
import type { Scope, Window } from '../../base/kpi.js'
import { demandModeOf } from '../../base/options/energy.js'
import type { StackOptions } from '../../base/options/stacks.js'
import {
  type DeviceOptions,
  devicesById,
  expectedMetrics,
  type PlantOptions,
  seriesTimes,
  unconfiguredPlant,
} from '../../base/plant.js'
import { PlantFactors } from '../factors/plant-factors.js'
import type { FactorLibrary } from '../factors/table.js'
import { RULES_EDITION, type RulesEdition } from '../rules-edition.js'
import { Calendar } from '../series/calendar.js'
import { endInForceMs, inForceAt, placeInForce } from '../time/in-force.js'
import { type Planned, WorkSchedule } from '../time/schedule.js'
import { PlantBaselines } from './baselines.js'
import { ImportDays } from './import-days.js'
import { Laboratory } from './laboratory.js'
import { StackLimits } from './stack-limits.js'
import { PlantTariffs } from './tariffs.js'

/** Longer windows are computed as seldom as those that nobody looks at. */
const SHORT_WINDOWS: ReadonlySet<Window> = new Set(['1m', '15m', '1h'])

/**
 * Sums that only grow while their window is open: of registers that do, and of times. Not one that subtracts another. They alone
 * raise an alarm before their window is over.
 */
export const ONLY_GROWS = /^(energy_elec_import|cycles|microstops|time_(?!unknown).*)$/

const NOX_METRICS = new Set(['nox_mgm3', 'nox_ref_mgm3'])
/** Options of the stack of a device that nobody has configured. */
const NO_STACK: StackOptions = { barometric_kpa: 101.325, basis: 'dry', o2_basis: 'dry', nox_as: 'no2' }

/** A plant as one configuration has it: in force for every window whose last instant lies in its time. */
export class PlantVersion {
  /** Number among the versions of its plant, in whatever order. */
  readonly index: number
  /** Its place among the versions that there are: another one when a later configuration parts what came before it. */
  place = 0
  /** From when on it is in force, epoch ms; the first one for all time up to the next, which may begin earlier. */
  readonly fromMs: number
  /** null while nobody has configured the plant. */
  readonly options: PlantOptions | null
  /** The calculation rules that its figures follow. */
  readonly edition: RulesEdition
  /** Electricity that the plant imported on each of its days: one object for all of its versions. */
  readonly imports: ImportDays
  /** Devices that only a later configuration named: they count, and nothing is expected of them, unless they are stacks. */
  readonly #early: ReadonlySet<string>
  readonly calendar: Calendar
  readonly schedule: WorkSchedule
  readonly #devices: ReadonlyMap<string, DeviceOptions>
  readonly #library: FactorLibrary
  readonly #laboratory: Laboratory
  #plantFactors: { readonly made: PlantFactors; readonly changes: number } | null = null
  #tariffs: PlantTariffs | null = null
  #baselines: PlantBaselines | null = null
  #limits: StackLimits | null = null
  #slowestIdleMs: number | null = null

  constructor(
    index: number,
    fromMs: number,
    options: PlantOptions | null,
    library: FactorLibrary,
    laboratory = new Laboratory(),
    edition = RULES_EDITION,
    imports = new ImportDays(),
    early: readonly string[] = [],
  ) {
    this.#early = new Set(early)
    this.edition = edition
    this.imports = imports
    this.#library = library
    this.#laboratory = laboratory
    this.index = index
    this.fromMs = fromMs
    this.options = options
    const timezone = options?.timezone ?? 'UTC'
    this.schedule = new WorkSchedule({ timezone, shifts: options?.shifts ?? [], calendar: options?.calendar ?? [] })
    this.calendar = new Calendar(timezone, this.schedule)
    this.#devices = devicesById(options?.devices ?? [])
  }

  /** The factors of the plant: those of the tables, its own, and what laboratories found so far. */
  get plantFactors(): PlantFactors {
    const { changes, factors } = this.#laboratory
    if (this.#plantFactors?.changes !== changes) {
      const plant = this.options ?? unconfiguredPlant()
      this.#plantFactors = { made: new PlantFactors(this.#library, plant, factors, this.edition), changes }
    }
    return this.#plantFactors.made
  }

  get limits(): StackLimits {
    this.#limits ??= new StackLimits(this.options ?? unconfiguredPlant())
    return this.#limits
  }

  /** Its utility bills the highest 15 minutes that begin at any minute; otherwise those of the clock. */
  get slidesDemand(): boolean {
    return this.options !== null && demandModeOf(this.options) === 'sliding'
  }

  /** The longest silence after which one of its devices is idle, ms: so long windows may wait for it. */
  get slowestIdleMs(): number {
    if (this.#slowestIdleMs === null) {
      this.#slowestIdleMs = seriesTimes(undefined).idleMs
      for (const { metrics } of this.#devices.values()) {
        for (const options of Object.values(metrics)) {
          this.#slowestIdleMs = Math.max(this.#slowestIdleMs, seriesTimes(options).idleMs)
        }
      }
    }
    return this.#slowestIdleMs
  }

  stack(device: string): StackOptions {
    return this.device(device)?.stack ?? NO_STACK
  }

  get tariffs(): PlantTariffs {
    this.#tariffs ??= new PlantTariffs(this.options ?? unconfiguredPlant(), this.calendar)
    return this.#tariffs
  }

  /** The energy that the plant should need. */
  get baselines(): PlantBaselines {
    this.#baselines ??= new PlantBaselines(this.options ?? unconfiguredPlant())
    return this.#baselines
  }

  /** Alarms need figures of devices, or of plant and lines, of windows that go on, more often than those that nobody looks at. */
  hasLiveAlarms(scope: Scope): boolean {
    const { alarms = [], targets = [] } = this.options ?? {}
    if (scope === 'device') return alarms.some((alarm) => alarm.scope === 'device')
    const limits = alarms.filter(
      (alarm) => alarm.scope !== 'device' && alarm.above !== undefined && alarm.on_delay_s === 0,
    )
    return [...limits, ...targets].some(({ kpi, window }) => SHORT_WINDOWS.has(window) && ONLY_GROWS.test(kpi))
  }

  device(id: string): DeviceOptions | undefined {
    return this.#devices.get(id)
  }

  /** Only a later configuration named the device. */
  isEarly(device: string): boolean {
    return this.#early.has(device)
  }

  /** The device is expected to send this metric, from when the configuration is in force on. */
  expects(device: string, metric: string): boolean {
    const options = this.device(device)
    // Hours of a stack are due from the day on that somebody names: none that was not measured may go unsaid.
    const isDue = options !== undefined && (!this.isEarly(device) || options.role === 'stack')
    return isDue && expectedMetrics(options).includes(metric)
  }

  /** Factor that a reading is multiplied by: CT/PT ratio of a register; for an analyser of NO, the weight of NO as NO2. */
  multiplier(device: string, metric: string): number {
    const options = this.device(device)
    const multiplier = options?.metrics[metric]?.multiplier ?? 1
    return options?.stack.nox_as === 'no' && NOX_METRICS.has(metric) ? multiplier * NO_AS_NO2 : multiplier
  }

  get devices(): Iterable<DeviceOptions> {
    return this.#devices.values()
  }
}

/** The version in force at an instant. */
export function versionAt(versions: readonly PlantVersion[], ms: number): PlantVersion {
  return inForceAt(versions, ms)
}

/**
 * The versions in which windows end behind an instant. All windows end with a minute, so that of several configurations of one
 * minute only the last has any.
 */
export function versionsEndingAfter(versions: readonly PlantVersion[], ms: number): readonly PlantVersion[] {
  const place = placeInForce(versions, ms)
  return versions.slice(place).filter((_, i) => hasWindows(versions, place + i))
}

/** The numbers of the versions in whose time windows end. */
export function indexesWithWindows(versions: readonly PlantVersion[]): ReadonlySet<number> {
  return new Set(versions.filter((_, place) => hasWindows(versions, place)).map(({ index }) => index))
}

/** Some window ends in the time of the version at a place. */
function hasWindows(versions: readonly PlantVersion[], place: number): boolean {
  const fromMs = place === 0 ? -Infinity : versions[place]!.fromMs
  return Math.floor(endInForceMs(versions, place) / MINUTE_MS) * MINUTE_MS > fromMs
}

/** Plan of work in a plant over all its versions: each one's schedule in its own time. */
export class WorkPlan {
  readonly #versions: readonly PlantVersion[]
  /** Answer that was given last: the next question is mostly of the same shift. */
  #last: Planned | null = null

  constructor(versions: readonly PlantVersion[]) {
    this.#versions = versions
  }

  /** The plan at an instant, from there or before on, up to where it changes next. */
  at(ms: number): Planned {
    const last = this.#last
    if (last !== null && last.fromMs <= ms && ms < last.toMs) return last
    const i = placeInForce(this.#versions, ms)
    const planned = this.#versions[i]!.schedule.at(ms)
    const toMs = Math.min(planned.toMs, this.#versions[i + 1]?.fromMs ?? Infinity)
    this.#last = { ...planned, toMs }
    return this.#last
  }

  /** Time of [fromMs, toMs) in which work is planned, ms. */
  plannedMs(fromMs: number, toMs: number): number {
    let ms = 0
    for (let a = fromMs; a < toMs; ) {
      const planned = this.at(a)
      const b = Math.min(toMs, planned.toMs)
      if (planned.isPlanned) ms += b - a
      a = b
    }
    return ms
  }
}
