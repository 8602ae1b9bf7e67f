import type { Clock } from '../../base/clock.js'
import type { ReportItem, Text } from '../../base/report.js'
import { RULES_EDITION } from '../../kpi/rules-edition.js'
import { buildDraft, type DraftDeps, keepDraft } from './draft.js'
import type { ReportState } from './folder.js'
import type { Jobs } from './jobs.js'
import type { LiveRecord } from './live.js'
import type { ReportRegister } from './report-register.js'
import { requestOf } from './request.js'
import { type ArchiveWatch, type PlantTimeRange, plantTimeRangesOf } from './watch.js'

const LOOK_MS = 500
/** Late readings come many at once: a report is made again when none has come for so long, … */
const QUIET_MS = 2000
/** … or when the first has waited this long. */
const WAIT_MAX_MS = 60_000

export interface OutdatedDeps extends DraftDeps {
  readonly clock: Clock
  readonly register: ReportRegister
  readonly watch: ArchiveWatch
  readonly live: Pick<LiveRecord, 'hasChanged' | 'claimBaselines' | 'pending' | 'whenAtRest'>
  readonly jobs: Pick<Jobs, 'submit'>
}

/** When something of the time of a report has come, epoch ms of the gateway's clock. */
interface Touch {
  readonly firstMs: number
  lastMs: number
}

/**
 * Frozen reports and what comes after them. Something that belongs to the time of one has it made again, when the figures
 * are computed; where the two differ, the frozen one is outdated and the other stands as the draft of the next version,
 * with the differences and their reasons.
 */
export class Outdated {
  readonly #deps: OutdatedDeps
  /** By id of the report: at most one a report. */
  readonly #touched = new Map<string, Touch>()
  /** Reports that may have changed while nobody watched them: while they were made, or the gateway was down. */
  readonly #unseen: ReportItem[] = []
  /** Reports that are watched, by id, with how to stop. */
  readonly #watched = new Map<string, { readonly version: number; stop(): void }>()

  constructor(deps: OutdatedDeps) {
    this.#deps = deps
  }

  async run(signal: AbortSignal): Promise<void> {
    const { register, clock } = this.#deps
    const stop = register.listen((item) => this.#watch(item))
    for (const item of register.frozen()) this.#watch(item)
    while (!signal.aborted) {
      for (const item of this.#unseen.splice(0)) if (await this.#hasChanged(item)) this.#touch(item.id)
      this.#look()
      await clock.sleep(LOOK_MS, signal)
    }
    stop()
    for (const { stop } of this.#watched.values()) stop()
  }

  #watch(item: ReportItem): void {
    if (item.status !== 'frozen' && item.status !== 'verified') return
    const { id, version } = item
    const before = this.#watched.get(id)
    if (before !== undefined && before.version >= version) return
    before?.stop()
    const stops = this.#basesOf(item).map((spans) => this.#deps.watch.add(spans, () => this.#touch(id)))
    const stop = () => {
      for (const one of stops) one()
    }
    this.#watched.set(id, { version, stop })
    this.#unseen.push(item)
  }

  #touch(id: string): void {
    const nowMs = this.#deps.clock.nowMs()
    const touch = this.#touched.get(id)
    if (touch === undefined) this.#touched.set(id, { firstMs: nowMs, lastMs: nowMs })
    else touch.lastMs = nowMs
  }

  /** Has the reports made again whose time has come. */
  #look(): void {
    const { clock, jobs, register } = this.#deps
    const nowMs = clock.nowMs()
    for (const [id, { firstMs, lastMs }] of this.#touched) {
      const item = register.lastFrozen(id)
      if (item === null || (nowMs - lastMs < QUIET_MS && nowMs - firstMs < WAIT_MAX_MS)) continue
      if (this.#isComputing(item)) continue
      // Without room among the jobs it stays touched.
      if (jobs.submit('report', ({ signal }) => this.#check(item, signal)) !== null) this.#touched.delete(id)
    }
  }

  async #check(item: ReportItem, signal: AbortSignal) {
    const { register } = this.#deps
    const { id, version } = item
    const request = requestOf(id)
    const state = register.state(item)
    if (request === null || state === null || state.item.status === 'superseded') return unchanged(item)
    const { report, bytes } = await buildDraft(this.#deps, request, signal)
    const { differences, mandatory } = report.previous ?? { differences: [], mandatory: false }
    const position = report.basis.archive.position
    const draft = register.find(id, version + 1)
    if (differences.length === 0) {
      await register.change(item, { position, edition: RULES_EDITION, item: { outdated: false, must_reissue: false } })
      if (draft?.status === 'draft') register.forget(draft)
      return unchanged(item)
    }
    const kept = await keepDraft(this.#deps, { report, bytes }, state.languages)
    await register.change(item, { position, edition: RULES_EDITION, item: { outdated: true, must_reissue: mandatory } })
    return { report: { id, version: kept.version }, detail: changedText(version, differences.length) }
  }

  async #hasChanged(item: ReportItem): Promise<boolean> {
    const state = this.#deps.register.state(item)
    if (this.#isOfOlderRules(item, state)) return true
    const position = state?.position ?? 0
    for (const [plant, span] of this.#basesOf(item).flatMap((spans) => Object.entries(spans))) {
      if (await this.#deps.live.hasChanged(plant, span, position)) return true
    }
    return false
  }

  /** Its rules are not those of today, and nobody has compared the two yet. */
  #isOfOlderRules(item: ReportItem, state: ReportState | null): boolean {
    const { basis } = this.#deps.register.folders.readReport(item, item.sha256).report
    return Math.max(basis.rules ?? 1, state?.edition ?? 1) < RULES_EDITION
  }

  #isComputing(item: ReportItem): boolean {
    return Object.entries(this.#spansOf(item)).some(
      ([plant, { toMs }]) => this.#deps.live.pending(plant, toMs) !== null,
    )
  }

  /** Times whose data a report is made of: its own, and those that savings in it are claimed against. */
  #basesOf(item: ReportItem): readonly Readonly<Record<string, PlantTimeRange>>[] {
    const { report } = this.#deps.register.folders.readReport(item, item.sha256)
    return [plantTimeRangesOf(report.plants), ...this.#deps.live.claimBaselines(report)]
  }

  /** As the frozen report has them: the zone of a plant may be another by now. */
  #spansOf(item: ReportItem): Record<string, PlantTimeRange> {
    return plantTimeRangesOf(this.#deps.register.folders.readReport(item, item.sha256).report.plants)
  }
}

function unchanged({ id, version }: ReportItem) {
  const detail: Text = { en: `version ${version} is as it would be now`, zh: `第 ${version} 版与现在的结果一致` }
  return { report: { id, version }, detail }
}

function changedText(version: number, count: number): Text {
  return {
    en: `${count} ${count === 1 ? 'figure differs' : 'figures differ'} from version ${version}`,
    zh: `与第 ${version} 版相比有 ${count} 个数据不同`,
  }
}
