import type { DeviceEvent } from '../../base/reading.js'
import type { DevicePath } from '../../base/topic.js'
import type { DialectState } from '../dialect-state.js'
import { type Fault, fault } from '../fault.js'
import { ConfiguredNames } from './configured.js'
import { EventBudgets, eventFault } from './event-budgets.js'
import type { Limits, NameBudgetName } from './options.js'
import { BudgetRefusals, type Episode } from './refusals.js'

type Device = Pick<DevicePath, 'plant' | 'device'>

interface KnownDevice {
  readonly metrics: Set<string>
  isConfigured: boolean
  /** Number of its metrics that count against a budget. */
  counted: number
}

interface KnownPlant {
  readonly devices: Map<string, KnownDevice>
  readonly lines: Set<string>
  isConfigured: boolean
  /** Devices and lines that nobody has configured. */
  strangers: number
  strangeLines: number
}

/** A line that a plant has been heard of under is remembered as `line/{plant}/{line}`. */
const LINE = 'line/'

const NOBODY = { plant: '', line: '', device: '', budget: null, why: fault('too_many', '') }

const NO_LIMITS: Limits = {
  plants: Infinity,
  devices: Infinity,
  devices_per_plant: Infinity,
  lines_per_plant: Infinity,
  series_per_device: Infinity,
  series: Infinity,
  events_per_device: Infinity,
  events_per_plant: Infinity,
  lasting_events_per_device: Infinity,
  lasting_events_per_plant: Infinity,
}

/**
 * The plants, lines, devices and series that the journal has named so far, and whether there is room for one more. What
 * is known already and what is configured is always taken; a budget is spent by what nobody has configured. All of it
 * follows from the journal: messages in their order, and the configurations between them.
 */
export class KnownNames {
  /** Changes when something is forgotten: what was remembered elsewhere to be known holds no longer. */
  generation = 0
  readonly #refusals = new BudgetRefusals()
  readonly #plants = new Map<string, KnownPlant>()
  readonly #events = new EventBudgets()
  #limits: Limits = NO_LIMITS
  #configured = new ConfiguredNames([], [])
  /** Numbers of plants, devices and series that nobody has configured. */
  #strangePlants = 0
  #strangers = 0
  #strangeSeries = 0
  readonly #changedLines = new Set<string>()
  #last: DevicePath & { readonly budget: NameBudgetName | null; readonly why: Fault } = NOBODY

  /** Takes over the next configuration: what it names counts no longer, what it names no more counts again. */
  configure(limits: Limits, configured: ConfiguredNames): void {
    this.#limits = limits
    this.#last = NOBODY
    this.#configured = configured
    this.#count()
  }

  /** Takes over what the archive knows, whatever the limits say: it was taken. */
  restore(
    devices: Iterable<DevicePath>,
    series: Iterable<DevicePath & { readonly metric: string }>,
    states: readonly DialectState[],
  ): void {
    for (const device of devices) this.#add(device)
    for (const one of series) this.#add(one).metrics.add(one.metric)
    for (const { key, content } of states) {
      if (!key.startsWith(LINE) || content === null) continue
      const [, plant, line] = key.split('/') as [string, string, string]
      this.#plants.get(plant)?.lines.add(line)
    }
    this.#refusals.restore(states)
    this.#events.restore(states)
    this.#changedLines.clear()
    this.#count()
  }

  /** True when a device has been heard of. */
  has({ plant, device }: Device): boolean {
    return this.#plants.get(plant)?.devices.has(device) === true
  }

  /** True when people have configured or registered a device. */
  isConfigured({ plant, device }: Device): boolean {
    return this.#configured.hasDevice(plant, device)
  }

  /** Notes a device under its line; or says why there is no room for it. @param nowMs epoch ms, of the journal */
  admit(path: DevicePath, nowMs: number): Fault | null {
    const plant = this.#plants.get(path.plant)
    if (plant?.devices.has(path.device) === true && plant.lines.has(path.line)) return null
    const spent = this.#spentBy(path, plant)
    if (spent !== null) return this.#refuse(path, spent, nowMs)
    this.#add(path)
    return null
  }

  /** Notes a series of a device that is known; or says why there is no room for it. */
  admitSeries(path: DevicePath, metric: string, nowMs: number): Fault | null {
    const device = this.#plants.get(path.plant)?.devices.get(path.device)
    if (device === undefined || device.metrics.has(metric)) return null
    if (!this.#configured.hasSeries(path.plant, path.device, metric)) {
      if (device.counted >= this.#limits.series_per_device) return this.#refuse(path, 'series_per_device', nowMs)
      if (!device.isConfigured) {
        if (this.#strangeSeries >= this.#limits.series) return this.#refuse(path, 'series', nowMs)
        this.#strangeSeries++
      }
      device.counted++
    }
    device.metrics.add(metric)
    return null
  }

  /** Notes an event of a device that is known; or says why there is no room for it on its day. */
  admitEvent(
    event: Pick<DeviceEvent, 'plant' | 'line' | 'device' | 'id' | 'type' | 'ts'>,
    nowMs: number,
  ): Fault | null {
    const spent = this.#events.admit(event, nowMs, this.#limits, this.#configured)
    if (spent === null) return null
    const { plant, line, device } = event
    this.#refusals.note(plant, { plant, line, device }, spent, nowMs)
    return eventFault(event, spent, this.#limits, nowMs)
  }

  /** Forgets devices of a plant, and with the last of them the plant; of its lines those stay that are still in use. */
  forget(id: string, devices: Iterable<string>, linesInUse: ReadonlySet<string>): void {
    const plant = this.#plants.get(id)
    if (plant === undefined) return
    for (const device of devices) {
      plant.devices.delete(device)
      this.#events.forget(id, device)
    }
    const isGone = plant.devices.size === 0
    for (const line of plant.lines) {
      if (!isGone && linesInUse.has(line)) continue
      plant.lines.delete(line)
      this.#changedLines.add(`${LINE}${id}/${line}`)
    }
    if (isGone) this.#plants.delete(id)
    this.generation++
    this.#count()
  }

  /** Forgets metrics of devices of a plant that go on. */
  forgetSeries(id: string, devices: Iterable<string>, metrics: Iterable<string>): void {
    const plant = this.#plants.get(id)
    if (plant === undefined) return
    for (const device of devices) {
      for (const metric of metrics) plant.devices.get(device)?.metrics.delete(metric)
    }
    this.generation++
    this.#count()
  }

  /** Takes back devices, and series of some, that were forgotten too early: whatever the limits say, they are there. */
  readmit(devices: Iterable<DevicePath & { readonly metric?: string }>): void {
    for (const one of devices) {
      const known = this.#add(one)
      if (one.metric !== undefined) known.metrics.add(one.metric)
    }
    this.#count()
  }

  /** Refusals that are under way, by plant; the plant is '' where the plants themselves are too many. */
  get refused(): ReadonlyMap<string, Episode> {
    return this.#refusals.byPlant
  }

  /** Refusals that have begun since it was asked last, and those that are over. @param nowMs epoch ms, of the journal */
  takeTurns(nowMs: number): ReturnType<BudgetRefusals['take']> {
    return this.#refusals.take(nowMs)
  }

  /** Numbers of plants, devices and series that nobody has configured, as they count against the budgets. */
  get spent(): Readonly<Record<'plants' | 'devices' | 'series', number>> {
    return { plants: this.#strangePlants, devices: this.#strangers, series: this.#strangeSeries }
  }

  get limits(): Limits {
    return this.#limits
  }

  /** State that has changed since it was asked last, to be saved with what it follows from. */
  takeChanges(): readonly DialectState[] {
    const lines = [...this.#changedLines].map((key) => {
      const [, plant, line] = key.split('/') as [string, string, string]
      return { key, content: this.#plants.get(plant)?.lines.has(line) === true ? '' : null }
    })
    this.#changedLines.clear()
    return [...lines, ...this.#refusals.takeChanges(), ...this.#events.takeChanges()]
  }

  #spentBy({ plant: id, line, device }: DevicePath, plant: KnownPlant | undefined): NameBudgetName | null {
    const limits = this.#limits
    const isStrangePlant = plant === undefined && !this.#configured.hasPlant(id)
    if (isStrangePlant && this.#strangePlants >= limits.plants) return 'plants'
    if (plant?.devices.has(device) !== true && !this.#configured.hasDevice(id, device)) {
      if ((plant?.strangers ?? 0) >= limits.devices_per_plant) return 'devices_per_plant'
      if (this.#strangers >= limits.devices) return 'devices'
    }
    const isStrangeLine = plant?.lines.has(line) !== true && !this.#configured.hasLine(id, line)
    return isStrangeLine && (plant?.strangeLines ?? 0) >= limits.lines_per_plant ? 'lines_per_plant' : null
  }

  #refuse(path: DevicePath, budget: NameBudgetName, nowMs: number): Fault {
    // Plants that are not known have no end: they have one entry together.
    const isKnown = this.#plants.has(path.plant) || this.#configured.hasPlant(path.plant)
    this.#refusals.note(isKnown ? path.plant : '', path, budget, nowMs)
    // A message may name a hundred metrics of one device: they are refused in the same words.
    const last = this.#last
    const isOfDevice = last.device === path.device && last.line === path.line && last.plant === path.plant
    if (isOfDevice && last.budget === budget) return last.why
    const says = `${SUBJECTS[budget](path)}: limits.${budget} is ${this.#limits[budget]}; ${REMEDIES[budget]}`
    const why = fault('too_many', says)
    this.#last = { ...path, budget, why }
    return why
  }

  #add({ plant: id, line, device: name }: DevicePath): KnownDevice {
    let plant = this.#plants.get(id)
    if (plant === undefined) {
      const isConfigured = this.#configured.hasPlant(id)
      plant = { devices: new Map(), lines: new Set(), isConfigured, strangers: 0, strangeLines: 0 }
      this.#plants.set(id, plant)
      if (!isConfigured) this.#strangePlants++
    }
    if (!plant.lines.has(line)) {
      plant.lines.add(line)
      this.#changedLines.add(`${LINE}${id}/${line}`)
      if (!this.#configured.hasLine(id, line)) plant.strangeLines++
    }
    let device = plant.devices.get(name)
    if (device === undefined) {
      device = { metrics: new Set(), isConfigured: this.#configured.hasDevice(id, name), counted: 0 }
      plant.devices.set(name, device)
      if (!device.isConfigured) {
        plant.strangers++
        this.#strangers++
      }
    }
    return device
  }

  /** Counts all anew. */
  #count(): void {
    this.#strangePlants = 0
    this.#strangers = 0
    this.#strangeSeries = 0
    for (const [id, plant] of this.#plants) {
      plant.isConfigured = this.#configured.hasPlant(id)
      if (!plant.isConfigured) this.#strangePlants++
      plant.strangeLines = count(plant.lines, (line) => !this.#configured.hasLine(id, line))
      plant.strangers = 0
      for (const [name, device] of plant.devices) {
        device.isConfigured = this.#configured.hasDevice(id, name)
        device.counted = count(device.metrics, (metric) => !this.#configured.hasSeries(id, name, metric))
        if (device.isConfigured) continue
        plant.strangers++
        this.#strangeSeries += device.counted
      }
      this.#strangers += plant.strangers
    }
  }
}

/** Sentence beginnings that name what is not taken, by the budget that is spent. */
const SUBJECTS: Readonly<Record<NameBudgetName, (path: DevicePath) => string>> = {
  plants: ({ plant }) => `no room for one more plant, ${plant}`,
  devices: ({ plant, device }) => `no room for one more device, ${device} of plant ${plant}`,
  devices_per_plant: ({ plant, device }) => `plant ${plant} has no room for one more device, ${device}`,
  lines_per_plant: ({ plant, line }) => `plant ${plant} has no room for one more line, ${line}`,
  series_per_device: ({ plant, device }) => `device ${device} of plant ${plant} has no room for one more metric`,
  series: ({ plant, device }) => `no room for one more metric, here of device ${device} of plant ${plant}`,
}

const FORGET = 'greengauge device forget takes away those that should not be there'
const REMEDIES: Readonly<Record<NameBudgetName, string>> = {
  plants: `configure it, or raise the limit; ${FORGET}`,
  devices: `configure or register it, or raise the limit; ${FORGET}`,
  devices_per_plant: `configure or register it, or raise the limit; ${FORGET}`,
  lines_per_plant: `configure it, or raise the limit; ${FORGET}`,
  series_per_device: 'list it under metrics of the device, or raise the limit',
  series: `configure or register the device, or raise the limit; ${FORGET}`,
}

function count<T>(items: Iterable<T>, isCounted: (item: T) => boolean): number {
  let counted = 0
  for (const item of items) if (isCounted(item)) counted++
  return counted
}
