import type { AlarmItem } from '../../base/alarm.js'
import type { Clock } from '../../base/clock.js'
import type { KpiPoint } from '../../base/kpi.js'
import type { ReportItem } from '../../base/report.js'
import type { PlantNode } from '../../base/wire.js'
import type { AlarmList } from '../../views/sources/alarms.js'
import type { KpiFigures } from '../../views/sources/kpis.js'
import type { News } from '../../views/sources/news.js'
import type { KnownPlants } from '../../views/sources/plants.js'
import type { RecordSources } from '../../views/sources/records.js'
import type { AuditSources } from '../../views/sources/reports.js'
import type { SubjectContent } from './publisher.js'
import { SubjectPoints } from './subject-points.js'
import { alarmSubject, plantSubject, pointsSubject, reportSubject } from './subjects.js'

/** Counters of devices are published this often; what a page shows of their state at the next look. */
const COUNTERS_MS = 10_000

/** Messages a millisecond that are about open windows alone: of large plants they would be most of what is published. */
const PROVISIONAL_A_MS = 1

/** A plant as the stream has it. */
export interface PublishedPlant {
  readonly node: PlantNode
  readonly rules: ReturnType<RecordSources['entryRules']>
}

/** Word of the owner that speaks for a partition. */
export interface PublishedOwner {
  /** Everything there is has been said: what older owners said and this one did not is no more. */
  readonly isWhole: boolean
}

/** The owner's own sources, as far as the stream is told of them. */
export interface PublishedSources
  extends Pick<News, 'onPoints' | 'onAlarm' | 'onReport'>,
    Pick<KnownPlants, 'plants'>,
    Pick<KpiFigures, 'latest'>,
    Pick<AlarmList, 'alarms'>,
    Pick<AuditSources, 'reports'>,
    Pick<RecordSources, 'entryRules'> {
  readonly clock: Clock
}

/** Everything that an owner has to tell viewers, by subject, and what it has told of it. */
export class PublishedResults {
  readonly #partition: number
  readonly #sources: PublishedSources
  readonly #offer: (subject: string, content: SubjectContent) => void
  readonly #points = new Map<string, SubjectPoints>()
  /** Subjects of which open windows alone have changed. */
  readonly #provisional = new Set<string>()
  #provisionalAtMs = 0
  /** By subject: a text that changes when what it says has to be said again, and when that was. */
  readonly #others = new Map<string, { readonly text: string; readonly atMs: number }>()

  constructor(partition: number, sources: PublishedSources, offer: (subject: string, content: SubjectContent) => void) {
    this.#partition = partition
    this.#sources = sources
    this.#offer = offer
  }

  /** Tells what has just been computed or has changed, from now on; answers how to stop. */
  listen(): () => void {
    const stops = [
      this.#sources.onPoints((points) => this.#take(points)),
      this.#sources.onAlarm((alarm) => this.#alarm(alarm)),
      this.#sources.onReport(() => this.#reports()),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }

  /** Looks at what nobody tells of: plants, devices, reports. */
  look(): void {
    const nowMs = this.#sources.clock.nowMs()
    const there = new Set<string>()
    for (const node of this.#sources.plants()) {
      const subject = plantSubject(this.#partition, node.id)
      there.add(subject)
      const said: PublishedPlant = { node, rules: this.#sources.entryRules(node.id) }
      const known = this.#others.get(subject)
      const text = withoutCounters(said)
      if (known !== undefined && known.text === text && nowMs - known.atMs < COUNTERS_MS) continue
      this.#say(subject, text, said)
    }
    this.#forget(plantSubject(this.#partition, ''), there)
    this.#reports()
    this.#sayProvisional()
  }

  /** Looks through everything: offers what was never said, withdraws what is no more. Answers all subjects there are. */
  lookThrough(): readonly string[] {
    this.look()
    const kpis = new Map<string, Set<string>>()
    for (const { id } of this.#sources.plants()) {
      for (const point of this.#sources.latest(id, {})) {
        const subject = pointsSubject(this.#partition, point)
        const ofSubject = kpis.get(subject) ?? new Set()
        kpis.set(subject, ofSubject.add(point.kpi))
        if (this.#points.get(subject)?.has(point.kpi) !== true) this.#take([point])
      }
    }
    for (const [subject, standing] of this.#points) {
      if (standing.keep(kpis.get(subject) ?? new Set())) this.#offer(subject, standingContent(standing))
      if (standing.isEmpty) this.#points.delete(subject)
    }
    this.#sayProvisional(true)
    const alarms = new Set<string>()
    for (const alarm of this.#sources.alarms(null, () => true, Number.MAX_SAFE_INTEGER)) {
      alarms.add(this.#alarm(alarm))
    }
    this.#forget(alarmSubject(this.#partition, '', ''), alarms)
    return [...this.#points.keys(), ...this.#others.keys()]
  }

  #take(points: readonly KpiPoint[]): void {
    for (const point of points) {
      const subject = pointsSubject(this.#partition, point)
      const standing = this.#points.get(subject) ?? new SubjectPoints()
      standing.take(point)
      this.#points.set(subject, standing)
      this.#provisional.add(subject)
      if (point.provisional) continue
      this.#provisional.delete(subject)
      this.#offer(subject, standingContent(standing))
    }
    this.#sayProvisional()
  }

  /** Says what has changed of open windows, when enough time has passed for so many of them. */
  #sayProvisional(isDue = false): void {
    const nowMs = this.#sources.clock.nowMs()
    if (!isDue && nowMs - this.#provisionalAtMs < this.#provisional.size / PROVISIONAL_A_MS) return
    this.#provisionalAtMs = nowMs
    for (const subject of this.#provisional) {
      const standing = this.#points.get(subject)
      if (standing !== undefined) this.#offer(subject, standingContent(standing))
    }
    this.#provisional.clear()
  }

  #alarm(alarm: AlarmItem): string {
    const subject = alarmSubject(this.#partition, alarm.plant, alarm.id)
    const text = JSON.stringify(alarm)
    if (this.#others.get(subject)?.text !== text) this.#say(subject, text, alarm)
    return subject
  }

  #reports(): void {
    const there = new Set<string>()
    for (const report of this.#sources.reports()) {
      const subject = reportSubject(this.#partition, report.id, report.version)
      there.add(subject)
      const text = JSON.stringify(report satisfies ReportItem)
      if (this.#others.get(subject)?.text !== text) this.#say(subject, text, report)
    }
    this.#forget(reportSubject(this.#partition, '', 0), there)
  }

  #say(subject: string, text: string, said: unknown): void {
    this.#others.set(subject, { text, atMs: this.#sources.clock.nowMs() })
    this.#offer(subject, { make: () => said })
  }

  /** Withdraws what is of the kind of `example` and not there any more. */
  #forget(example: string, there: ReadonlySet<string>): void {
    const kind = example.split('.', 4).join('.')
    for (const subject of this.#others.keys()) {
      if (!subject.startsWith(`${kind}.`) || there.has(subject)) continue
      this.#others.delete(subject)
      this.#offer(subject, { make: () => null })
    }
  }
}

function standingContent(standing: SubjectPoints): SubjectContent {
  return {
    make: () => (standing.isEmpty ? null : standing.points()),
    said: (made) => standing.said((made ?? []) as readonly KpiPoint[]),
  }
}

/** Text of a plant without its counters: the plant is said at once when that changes. */
function withoutCounters({ node, rules }: PublishedPlant): string {
  const lines = node.lines.map(({ id, name, devices }) => {
    return [
      id,
      name,
      devices.map(({ id, role, configured, state, rejected_reason, clock }) => [
        id,
        role,
        configured,
        state,
        rejected_reason,
        clock,
      ]),
    ]
  })
  return JSON.stringify({ ...node, lines, rules })
}
