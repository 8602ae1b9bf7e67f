import type { Report, ReportItem } from '../../base/report.js'
import type { VersionRef } from '../bundle/ledger-part.js'
import type { ReportLanguage } from '../render/language.js'
import type { ReportFolders, ReportState } from './folder.js'

/** A report that was just made, for its state. */
export interface MadeReport {
  readonly report: Report
  readonly sha256: string
  readonly languages: readonly ReportLanguage[]
}

/**
 * All versions of all reports and what became of them: draft > frozen > verified > superseded. What was frozen never
 * changes and never goes; a draft is a calculation that may be made again, and is replaced or deleted. There is at most one
 * draft of a report, the version after the last frozen one.
 */
export class ReportRegister {
  readonly folders: ReportFolders
  readonly #states = new Map<string, ReportState>()
  readonly #listeners = new Set<(item: ReportItem) => void>()
  /** Folders that could not be read, one sentence each. */
  readonly problems: readonly string[]

  constructor(folders: ReportFolders) {
    this.folders = folders
    const { states, problems } = folders.open()
    for (const state of states) this.#states.set(keyOf(state.item), state)
    this.problems = problems
  }

  /** Tells of versions that are new or have become something else. Answers how to stop listening. */
  listen(listener: (item: ReportItem) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Newest first. */
  items(): readonly ReportItem[] {
    return [...this.#states.values()].map((state) => this.#itemOf(state)).sort(newestFirst)
  }

  /** The versions of a report, the last first. */
  versions(id: string): readonly ReportItem[] {
    return this.items()
      .filter((item) => item.id === id)
      .sort((a, b) => b.version - a.version)
  }

  /** A version, the last when none is named; null when there is none. */
  find(id: string, version?: number): ReportItem | null {
    return this.versions(id).find((item) => version === undefined || item.version === version) ?? null
  }

  state(ref: VersionRef): ReportState | null {
    return this.#states.get(keyOf(ref)) ?? null
  }

  /** The last version that is not a draft; null when there is none. */
  lastFrozen(id: string): ReportItem | null {
    return this.versions(id).find(({ status }) => status !== 'draft') ?? null
  }

  /** The last frozen version of every report. */
  frozen(): readonly ReportItem[] {
    return this.items().filter(({ status }) => status === 'frozen' || status === 'verified')
  }

  /** Number of the next draft or frozen version of a report. */
  nextVersion(id: string): number {
    return (this.lastFrozen(id)?.version ?? 0) + 1
  }

  /** A version has come into being: its folder stands under its name. */
  made(state: ReportState): ReportItem {
    return this.#become(state)
  }

  /** Changes what is said of a version, on the disk and then here. */
  async change(
    ref: VersionRef,
    change: Partial<Omit<ReportState, 'format' | 'item'>> & { item?: Partial<ReportState['item']> },
  ): Promise<ReportItem> {
    const before = this.state(ref)
    if (before === null) throw new Error(`there is no version ${ref.version} of ${ref.id}`)
    const state: ReportState = { ...before, ...change, item: { ...before.item, ...change.item } }
    await this.folders.writeState(ref, state)
    return this.#become(state)
  }

  /** Lets go of a draft. */
  forget(ref: VersionRef): void {
    if (this.state(ref)?.item.status !== 'draft') throw new Error(`version ${ref.version} of ${ref.id} is not a draft`)
    this.folders.remove(ref)
    this.#states.delete(keyOf(ref))
  }

  /** Something beside its state has changed: its bundle was made. */
  touched(ref: VersionRef): void {
    const state = this.state(ref)
    if (state !== null) this.#become(state)
  }

  #become(state: ReportState): ReportItem {
    this.#states.set(keyOf(state.item), state)
    const item = this.#itemOf(state)
    for (const listener of this.#listeners) listener(item)
    return item
  }

  #itemOf({ item }: ReportState): ReportItem {
    return { ...item, has_bundle: this.folders.hasBundle(item) }
  }
}

/** The state of a draft that was just made. */
export function draftState({ report, sha256, languages }: MadeReport, createdAt: string): ReportState {
  return {
    format: 1,
    item: {
      id: report.id,
      version: report.version,
      profile: report.profile,
      plants: report.plants.map(({ id }) => id),
      from: report.period.from,
      to: report.period.to,
      status: 'draft',
      created_at: createdAt,
      frozen_at: null,
      frozen_by: null,
      verified_at: null,
      verified_by: null,
      sha256,
      outdated: false,
      must_reissue: false,
    },
    position: report.basis.archive.position,
    languages,
    note: '',
  }
}

function newestFirst(a: ReportItem, b: ReportItem): number {
  if (a.created_at !== b.created_at) return a.created_at < b.created_at ? 1 : -1
  if (a.id !== b.id) return a.id < b.id ? -1 : 1
  return b.version - a.version
}

function keyOf({ id, version }: VersionRef): string {
  return `${id}/${version}`
}
