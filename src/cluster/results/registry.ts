import { type AlarmBrief, type AlarmItem, newestFirst } from '../../base/alarm.js'
import type { KpiPoint } from '../../base/kpi.js'
import type { ReportItem } from '../../base/report.js'
import type { PlantNode } from '../../base/wire.js'
import type { LatestFilter, PointsQuery } from '../../views/sources/kpis.js'
import type { DeviceChange } from '../../views/sources/news.js'
import type { PublishedOwner, PublishedPlant } from './published.js'
import { parseSubject } from './subjects.js'

/** A message of the stream. */
export interface ResultsMessage {
  readonly subject: string
  /** Epoch of the owner that says it. */
  readonly epoch: number
  /** null: nothing is there any more. */
  readonly said: unknown
}

interface Kept {
  readonly partition: number
  readonly epoch: number
  readonly said: unknown
  /** The reading of the stream in which it was seen last. */
  reading: number
  /** An alarm as the owner gave it when it was acted on: what the stream said before may still be on its way. */
  readonly isActed?: boolean
}

interface Ownership {
  epoch: number
  /** Everything that this owner has was said at least once. */
  wholeEpoch: number
}

/**
 * Last message of each subject in the stream of results, as a viewer holds it. Of a partition nothing counts that an older owner
 * says after a newer one has spoken, and nothing that it has said once the newer one has said all.
 */
export class ResultsRegistry {
  readonly #kept = new Map<string, Kept>()
  readonly #owners = new Map<number, Ownership>()
  /** Subjects of points by plant. */
  readonly #points = new Map<string, Set<string>>()
  readonly #plants = new Map<string, string>()
  readonly #alarms = new Set<string>()
  readonly #reports = new Set<string>()
  readonly #pointListeners = new Set<(points: readonly KpiPoint[]) => void>()
  readonly #alarmListeners = new Set<(alarm: AlarmItem) => void>()
  readonly #deviceListeners = new Set<(change: DeviceChange) => void>()
  readonly #reportListeners = new Set<(item: ReportItem) => void>()
  #reading = 0

  /** The stream is read from its beginning: what does not come again is no more. */
  begin(): void {
    this.#reading++
  }

  /** All that the stream held when its reading began has come. */
  whole(): void {
    for (const [subject, kept] of this.#kept) if (kept.reading !== this.#reading) this.#drop(subject)
  }

  apply({ subject, epoch, said }: ResultsMessage): void {
    const parsed = parseSubject(subject)
    if (parsed === null) return
    const { partition, kind } = parsed
    const owner = this.#owners.get(partition) ?? { epoch: 0, wholeEpoch: 0 }
    this.#owners.set(partition, owner)
    if (epoch < owner.epoch) return
    owner.epoch = epoch
    if (kind === 'owner') {
      if ((said as PublishedOwner | null)?.isWhole === true) this.#forgetBefore(partition, epoch)
      return
    }
    const kept = this.#kept.get(subject)
    const before = kept?.said ?? null
    if (said === null) {
      this.#drop(subject)
      return
    }
    if (kept?.isActed === true && kept.epoch === epoch && isBeforeAct(said as AlarmItem, before as AlarmItem)) {
      kept.reading = this.#reading
      return
    }
    this.#kept.set(subject, { partition, epoch, said, reading: this.#reading })
    if (kind === 'points') this.#tookPoints(subject, before as readonly KpiPoint[] | null, said as readonly KpiPoint[])
    else if (kind === 'plant') this.#tookPlant(subject, before as PublishedPlant | null, said as PublishedPlant)
    else if (kind === 'alarm') {
      this.#alarms.add(subject)
      if (isAnother(before, said)) for (const listener of this.#alarmListeners) listener(said as AlarmItem)
    } else {
      this.#reports.add(subject)
      if (isAnother(before, said)) for (const listener of this.#reportListeners) listener(said as ReportItem)
    }
  }

  /** Sorted by id. */
  plants(): readonly PlantNode[] {
    return [...this.#plants.keys()].sort().map((id) => this.#plant(id)!.node)
  }

  hasPlant(plant: string): boolean {
    return this.#plants.has(plant)
  }

  /** undefined for a plant that is not there. */
  rules(plant: string): PublishedPlant['rules'] | undefined {
    return this.#plant(plant)?.rules
  }

  latest(plant: string, { scope, id, window, wants }: LatestFilter): readonly KpiPoint[] {
    const found: KpiPoint[] = []
    for (const subject of this.#points.get(plant) ?? []) {
      const points = this.#pointsOf(subject)
      const [first] = points
      if (first === undefined) continue
      if (scope !== undefined && first.scope !== scope) continue
      if (id !== undefined && first.id !== id) continue
      if (window !== undefined && first.window !== window) continue
      // They ascend by start: the last one of a KPI is the newest.
      const newest = [...new Map(points.map((point) => [point.kpi, point])).values()]
      found.push(...(wants === undefined ? newest : newest.filter((point) => wants(point))))
    }
    return found
  }

  /** The points of a stream that are here; the store may not have them yet. */
  inMemory(query: Pick<PointsQuery, 'plant' | 'scope' | 'id' | 'kpi' | 'window'>): readonly KpiPoint[] {
    for (const subject of this.#points.get(query.plant) ?? []) {
      const points = this.#pointsOf(subject)
      const [first] = points
      if (first === undefined || first.scope !== query.scope) continue
      if (first.id === query.id && first.window === query.window) return points.filter(({ kpi }) => kpi === query.kpi)
    }
    return []
  }

  alarms(plant: string | null, wanted: (alarm: AlarmBrief) => boolean, limit: number): readonly AlarmItem[] {
    const found: { readonly item: AlarmItem; readonly brief: AlarmBrief }[] = []
    for (const subject of this.#alarms) {
      const item = this.#kept.get(subject)!.said as AlarmItem
      const brief = briefOf(item)
      if ((plant === null || item.plant === plant) && wanted(brief)) found.push({ item, brief })
    }
    return found
      .sort((a, b) => newestFirst(a.brief, b.brief))
      .slice(0, limit)
      .map(({ item }) => item)
  }

  /** The owner has done something to an alarm; the stream will say so too. */
  acted(alarm: AlarmItem): void {
    for (const subject of this.#alarms) {
      const kept = this.#kept.get(subject)!
      const { plant, id } = kept.said as AlarmItem
      if (plant !== alarm.plant || id !== alarm.id || !isAnother(kept.said, alarm)) continue
      this.#kept.set(subject, { ...kept, said: alarm, isActed: true })
      for (const listener of this.#alarmListeners) listener(alarm)
    }
  }

  /** The owner has removed a report; the stream will say so too. */
  removed({ id, version }: ReportItem): void {
    for (const subject of this.#reports) {
      const item = this.#kept.get(subject)!.said as ReportItem
      if (item.id === id && item.version === version) this.#drop(subject)
    }
  }

  /** Newest first. */
  reports(): readonly ReportItem[] {
    const items = [...this.#reports].map((subject) => this.#kept.get(subject)!.said as ReportItem)
    return items.sort((a, b) => (a.created_at === b.created_at ? 0 : a.created_at < b.created_at ? 1 : -1))
  }

  onPoints(listener: (points: readonly KpiPoint[]) => void): () => void {
    return added(this.#pointListeners, listener)
  }
  onAlarm(listener: (alarm: AlarmItem) => void): () => void {
    return added(this.#alarmListeners, listener)
  }
  onDevice(listener: (change: DeviceChange) => void): () => void {
    return added(this.#deviceListeners, listener)
  }
  onReport(listener: (item: ReportItem) => void): () => void {
    return added(this.#reportListeners, listener)
  }

  #plant(id: string): PublishedPlant | undefined {
    const subject = this.#plants.get(id)
    return subject === undefined ? undefined : (this.#kept.get(subject)?.said as PublishedPlant | undefined)
  }

  #pointsOf(subject: string): readonly KpiPoint[] {
    return (this.#kept.get(subject)?.said ?? []) as readonly KpiPoint[]
  }

  #tookPoints(subject: string, before: readonly KpiPoint[] | null, points: readonly KpiPoint[]): void {
    const [first] = points
    if (first === undefined) return
    const ofPlant = this.#points.get(first.plant) ?? new Set()
    this.#points.set(first.plant, ofPlant.add(subject))
    if (this.#pointListeners.size === 0) return
    const known = new Map(before?.map((point) => [`${point.kpi}|${point.start}`, point]))
    const news = points.filter((point) => isAnother(known.get(`${point.kpi}|${point.start}`), point))
    if (news.length > 0) for (const listener of this.#pointListeners) listener(news)
  }

  #tookPlant(subject: string, before: PublishedPlant | null, { node }: PublishedPlant): void {
    this.#plants.set(node.id, subject)
    if (before === null || this.#deviceListeners.size === 0) return
    const states = new Map(before.node.lines.flatMap(({ devices }) => devices.map(({ id, state }) => [id, state])))
    for (const { id: line, devices } of node.lines) {
      for (const { id: device, state } of devices) {
        if (states.get(device) === state) continue
        for (const listener of this.#deviceListeners) listener({ plant: node.id, line, device, state })
      }
    }
  }

  /** The owner of this epoch has said all there is: what was said before it is no more. */
  #forgetBefore(partition: number, epoch: number): void {
    const owner = this.#owners.get(partition)!
    if (owner.wholeEpoch >= epoch) return
    owner.wholeEpoch = epoch
    for (const [subject, kept] of this.#kept) {
      if (kept.partition === partition && kept.epoch < epoch) this.#drop(subject)
    }
  }

  #drop(subject: string): void {
    const kept = this.#kept.get(subject)
    if (kept === undefined) return
    this.#kept.delete(subject)
    this.#alarms.delete(subject)
    this.#reports.delete(subject)
    const kind = parseSubject(subject)?.kind
    if (kind === 'points') this.#points.get((kept.said as readonly KpiPoint[])[0]?.plant ?? '')?.delete(subject)
    if (kind === 'plant') this.#plants.delete((kept.said as PublishedPlant).node.id)
  }
}

function briefOf({ raised_at, cleared_at, plant, id, state }: AlarmItem): AlarmBrief {
  const clearedMs = cleared_at === null ? null : Date.parse(cleared_at)
  return { raisedMs: Date.parse(raised_at), clearedMs, plant, id, state }
}

/** True for an alarm as it was before it was acknowledged, or before something was noted of it. */
function isBeforeAct(said: AlarmItem, acted: AlarmItem): boolean {
  return (said.acked_at === null && acted.acked_at !== null) || said.notes.length < acted.notes.length
}

function isAnother(before: unknown, now: unknown): boolean {
  return JSON.stringify(before) !== JSON.stringify(now)
}

function added<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
