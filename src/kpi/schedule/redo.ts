import { DAY_MS } from '../../base/durations.js'
import type { KpiPoint } from '../../base/kpi.js'
import type { EnginePlant } from '../plant/plant.js'
import { RULES_EDITION } from '../rules-edition.js'
import type { SeriesState } from '../series/series-state.js'
import { PlantDays } from '../time/plant-days.js'
import { type Point, toWire } from '../windows/point.js'
import type { EngineProgress } from './progress.js'
import type { KeptEdition, RedoProgress, RulesProgress } from './rules-progress.js'

/** So much event time is made again at once: live data go on between two pieces. Where minutes are published a day is a lot. */
const PIECE_MS = 31 * DAY_MS
const PIECE_WITH_MINUTES_MS = DAY_MS

interface Span {
  sinceMs: number
  fromMs: number
  toMs: number
  /** End of the piece that is being computed. */
  pieceToMs: number
}

/**
 * Makes final figures again after a start with newer calculation rules or factor tables: piece by piece, from the first
 * reading that is kept to the newest, beside live data. A kill costs the piece at hand. Differences become restatements.
 */
export class Redo {
  readonly #factors: string
  readonly #before: RulesProgress & Pick<EngineProgress, 'finalPoints'>
  #cause: RedoProgress['cause'] = 'rules'
  /** Edition of the figures that still wait. */
  #olderRules = 1
  /** The rest of a pass that a newer edition has ended, by plant; all other figures are of the edition of that pass. */
  #brokenOff: { readonly edition: number; readonly left: RedoProgress['plants'] } | null = null
  readonly #spans = new Map<string, Span>()
  #kept: Record<string, readonly KeptEdition[]>
  #isUnsaved = false

  constructor(progress: EngineProgress, factors: string) {
    this.#factors = factors
    this.#before = progress
    this.#kept = { ...progress.kept }
  }

  /** Takes up what a start has to make again; after the plants are filled. */
  begin(plants: Iterable<EnginePlant>, nowMs: number): void {
    const { finalPoints, again, rules = 1, factors } = this.#before
    if (finalPoints === 0) return
    this.#isUnsaved = true
    const isOlder = rules < RULES_EDITION
    if (isOlder && again?.cause === 'rules') this.#brokenOff = { edition: rules, left: again.plants }
    const isOtherTable = factors !== undefined && factors !== this.#factors
    this.#olderRules = again?.cause === 'rules' ? (again.from ?? 1) : isOlder ? rules : 1
    this.#cause = isOlder || again?.cause === 'rules' ? 'rules' : 'factors'
    for (const plant of plants) {
      const left = isOlder ? undefined : again?.plants[plant.id]
      const fromMs = isOlder
        ? -Infinity
        : Math.min(left?.fromMs ?? Infinity, isOtherTable ? yearOf(plant, nowMs) : Infinity)
      if (isOlder) this.#keep(plant, rules)
      if (fromMs === Infinity) continue
      this.#add(plant, fromMs, left?.sinceMs)
      nameCause(plant, this.#cause)
    }
  }

  get isPending(): boolean {
    return this.#spans.size > 0
  }

  /** From when on figures of a plant are still to be made again, epoch ms; Infinity when none are. */
  pendingFromMs(plant: string): number {
    return this.#spans.get(plant)?.fromMs ?? Infinity
  }

  /** Plants of which figures are still to be made again. */
  get plants(): readonly string[] {
    return [...this.#spans.keys()]
  }

  /** Cause for which figures of a plant are made again, and the part of it that is done, 0..1; null when none are. */
  progressOf(plant: string): { readonly cause: RedoProgress['cause']; readonly part: number } | null {
    const span = this.#spans.get(plant)
    if (span === undefined) return null
    return { cause: this.#cause, part: (span.fromMs - span.sinceMs) / (span.toMs - span.sinceMs) }
  }

  /**
   * Marks the next piece to be computed. Only while nothing late waits: then the piece before is in the store.
   * @param nextCoveredMs the first instant from one on at which anything of the series can be covered
   */
  async next(
    plants: ReadonlyMap<string, EnginePlant>,
    nextCoveredMs: (seriesList: Iterable<SeriesState>, fromMs: number) => Promise<number>,
  ): Promise<void> {
    this.#isUnsaved = this.isPending
    for (const [id, span] of this.#spans) {
      const plant = plants.get(id)
      span.fromMs = span.pieceToMs
      if (plant !== undefined && span.fromMs < span.toMs) {
        const fromMs = await nextCoveredMs(plant.seriesList, span.fromMs)
        if (fromMs < span.toMs) {
          const pieceMs = plant.publishesMinutes ? PIECE_WITH_MINUTES_MS : PIECE_MS
          span.pieceToMs = Math.min(span.toMs, plant.now.calendar.day(fromMs + pieceMs).startMs)
          markPiece(plant, this.#cause, fromMs, span.pieceToMs)
          if (plant.stale.size > 0) return
          continue
        }
      }
      this.#spans.delete(id)
    }
  }

  /** The edition of the rules by which a final figure of a window was made. */
  editionAt(plant: string, startMs: number): number {
    const kept = this.#kept[plant]?.find(({ beforeMs }) => startMs < beforeMs)
    if (kept !== undefined) return kept.edition
    const span = this.#spans.get(plant)
    const isWaiting = span !== undefined && this.#cause === 'rules' && startMs >= span.fromMs && startMs < span.toMs
    if (!isWaiting) return RULES_EDITION
    if (this.#brokenOff === null) return this.#olderRules
    const left = this.#brokenOff.left[plant]
    const isLeft = left !== undefined && startMs >= left.fromMs && startMs < left.toMs
    return isLeft ? this.#olderRules : this.#brokenOff.edition
  }

  /** A final point as the API gives it, with its edition where that is an older one. */
  toWire(point: Point): KpiPoint {
    const { stream, startMs, provisional } = point
    const edition = this.editionAt(stream.plant, startMs)
    return provisional || edition === RULES_EDITION ? toWire(point) : { ...toWire(point), rules: edition }
  }

  /** True when the progress has changed since it was saved: it is to be, though no figure differs. */
  get isUnsaved(): boolean {
    return this.#isUnsaved
  }

  saved(): void {
    this.#isUnsaved = false
  }

  progress(): RulesProgress {
    const plants = Object.fromEntries(
      [...this.#spans].map(([id, { sinceMs, fromMs, toMs }]) => [id, { sinceMs, fromMs, toMs }]),
    )
    return {
      rules: RULES_EDITION,
      factors: this.#factors,
      ...(this.#spans.size > 0 && { again: { cause: this.#cause, from: this.#olderRules, plants } }),
      ...(Object.keys(this.#kept).length > 0 && { kept: this.#kept }),
    }
  }

  #add(plant: EnginePlant, sinceMs: number, begunMs: number | undefined): void {
    const sampled = [...plant.seriesList].filter((series) => series.isSampled)
    if (sampled.length === 0) return
    const oldestMs = Math.min(...sampled.map((series) => series.oldestTs))
    const fromMs = plant.now.calendar.day(Math.max(oldestMs, sinceMs, plant.keptFromMs)).startMs
    const toMs = Math.max(...sampled.map((series) => series.newestTs)) + 1
    if (fromMs >= toMs) return
    this.#spans.set(plant.id, { sinceMs: begunMs ?? fromMs, fromMs, toMs, pieceToMs: fromMs })
  }

  /** Notes the edition of figures that cannot be made again: they stay what they are, and are said to be of it. */
  #keep({ id, keptFromMs }: EnginePlant, edition: number): void {
    if (keptFromMs === -Infinity) return
    this.#kept = { ...this.#kept, [id]: [...(this.#kept[id] ?? []), { edition, beforeMs: keptFromMs }] }
  }
}

/** Names the cause of what a start computes anyway: it is computed by the newer rules, too, and that is why it differs. */
function nameCause({ late }: EnginePlant, cause: RedoProgress['cause']): void {
  for (const [series, mark] of late) if (mark.cause === 'replay') late.set(series, { ...mark, cause })
}

function markPiece(plant: EnginePlant, cause: RedoProgress['cause'], fromMs: number, toMs: number): void {
  for (const series of plant.seriesList) {
    if (!series.isSampled) continue
    const range = { fromMs: Math.max(fromMs, series.oldestTs), toMs: Math.min(toMs, series.newestTs + 1) }
    if (range.fromMs < range.toMs) plant.stale.set(series, { ...range, position: Infinity, cause })
  }
}

/** Start of the running year of a plant, epoch ms: what a newer table of factors is for. A plant that matches years takes all. */
function yearOf(plant: EnginePlant, nowMs: number): number {
  if (plant.now.options?.carbon.year_policy === 'match_year') return -Infinity
  const zone = plant.now.options?.timezone ?? 'UTC'
  const year = new Intl.DateTimeFormat('en', { timeZone: zone, year: 'numeric' }).format(nowMs)
  return new PlantDays(zone).startMs(`${year}-01-01`)
}
