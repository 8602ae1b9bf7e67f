import type { DayFile } from '../../archive/record/manifest.js'
import type { PeriodBefore, Report, Text } from '../../base/report.js'
import type { OfflineSeries } from '../../kpi/offline/plant.js'
import type { ReportEntry } from '../ledger/ledger-index.js'
import type { ReportLanguage } from '../render/language.js'
import type { Frozen } from '../render/options.js'
import type { ReportRequest } from './request.js'
import type { PlantTimeRange } from './watch.js'

/** Languages and issuer of a version: its renderings say them beside the report. */
export interface Issue {
  readonly languages: readonly ReportLanguage[]
  readonly frozen: Frozen
}

/** Days and series that the figures of a plant in a period rest on. */
export interface PlantBasis {
  /** Days of UTC since 1970 whose readings are needed, ascending; before the period there may be holes. */
  readonly days: readonly number[]
  /** Every series there ever was. */
  readonly series: readonly OfflineSeries[]
}

/** The files that the record consists of at one instant. */
export interface RecordFiles {
  /** Folder of the files. */
  readonly dir: string
  /** Every file of a day; together they hold all that is archived. */
  readonly days: readonly DayFile[]
  /** Everything that the journal says before this place is in them, and in the figures. */
  readonly position: number
}

/** The part of the running gateway that the book asks. */
export interface LiveRecord {
  /** Arrival of the last record of the journal that was read, epoch ms. */
  nowMs(): number
  /** IANA zone; null when the plant is neither configured nor has ever sent. */
  zoneOf(plant: string): string | null
  /** Names the work that is left before all days of a plant before `toMs` have their final figures; null when none is. */
  pending(plant: string, toMs: number): Text | null
  /** Runs `work` between two blocks of the journal. */
  whenAtRest<T>(work: () => Promise<T>): Promise<T>
  /** The same, when all that is archived is in the figures, and in files of days. */
  whenSettled<T>(work: (settled: RecordFiles) => Promise<T>): Promise<T>
  /** Days and series that the figures of a span rest on. */
  evidence(plant: string, span: PlantTimeRange): Promise<PlantBasis>
  /** True when readings or events with times in a span came with the journal after a place. */
  hasChanged(plant: string, span: PlantTimeRange, position: number): Promise<boolean>
  /** Times that the savings in a report are claimed against, each with its plant. */
  claimBaselines(report: Pick<Report, 'plants' | 'period'>): readonly Readonly<Record<string, PlantTimeRange>>[]
}

/** Makes reports out of the running gateway. */
export interface ReportMaking {
  /**
   * Canonical bytes of the report; `last` is the frozen version before it, `before` the report of the period before, which it is
   * compared with.
   */
  build(
    request: ReportRequest,
    version: number,
    last: { readonly report: Report; readonly sha256: string } | null,
    before: PeriodBefore,
  ): Promise<{ readonly report: Report; readonly bytes: Buffer }>
  /** Writes what the bundle needs beside the files of days into `evidence` and `verify` of a version's folder. */
  writeEvidence(dir: string, report: Report, evidence: ReadonlyMap<string, PlantBasis>): Promise<void>
  /** Writes every rendering into `report` of a version's folder. */
  render(dir: string, report: Report, how: Issue, signal: AbortSignal): Promise<void>
}

/** The part of the ledger that the book asks. */
export interface ReportLedger {
  /** Writes what is on record and not in the ledger yet. */
  catchUp(signal: AbortSignal): Promise<void>
  /**
   * Until the answer is called nothing but `catchUp` adds days: a freeze has to stand in the ledger before newer states of
   * the days that it rests on, or its bundle would seem to leave them out.
   */
  hold(): () => void
  /**
   * Numbers of the entries that vouch for files, all of a kind, plant and day each; null when those on record are
   * others by now.
   */
  entriesOf(files: readonly DayFile[]): readonly number[] | null
  /** Hash of the entry that says that a version was frozen, verified or superseded; null when none does. */
  reportHash(act: ReportAction['act'], report: string, version: number): string | null
  append(act: ReportAction): Promise<void>
}

/** An entry about a report. */
export type ReportAction = Omit<ReportEntry, 'kind'>
