import type { Calendar, CalendarWindow, Span } from './calendar.js'
import type { Basis, Block, InputSum } from './formulas.js'
import { addPart, emptyPart, type Part, QUARTER_MS } from './slots.js'
import type { SeriesSlots, Track } from './track.js'
import type { Member, Unit, UnitKpi } from './units.js'

/** An unconfigured sender is a member of windows that end within this of one of its samples. */
export const MEMBERSHIP_MS = 86_400_000

/** What a window's figures are computed against. */
export interface WindowContext {
  readonly calendar: Calendar
  readonly window: CalendarWindow
  readonly span: Span
  /** A final window expects its whole length; a provisional one only the time up to where its members are. */
  readonly isFinal: boolean
  /** Newest sample of the scope, epoch ms. */
  readonly scopeNewestTs: number
  slots(track: Track): SeriesSlots
}

/** The sums of one window of one KPI, made when a formula asks for them. */
export class WindowBasis implements Basis {
  readonly #context: WindowContext
  readonly #kpi: UnitKpi
  readonly #unit: Unit

  constructor(context: WindowContext, unit: Unit, kpi: UnitKpi) {
    this.#context = context
    this.#unit = unit
    this.#kpi = kpi
  }

  input(metric: string): InputSum | null {
    if ((this.#kpi.members.get(metric) ?? []).length === 0) return null
    const total = { sum: 0, coveredMs: 0, expectedMs: 0, estimatedMs: 0, flags: 0 }
    for (const { track, scale, flags } of this.#members(metric)) {
      const part = partOf(this.#context, track)
      total.sum += part.sum * scale
      total.coveredMs += part.coveredMs
      total.expectedMs += expectedMs(this.#context, track)
      total.estimatedMs += part.estimatedMs
      total.flags |= part.flags | (part.coveredMs > 0 ? flags : 0)
    }
    return total
  }

  *blocks(metric: string): Generator<Block> {
    const { span } = this.#context
    const members = this.#members(metric)
    if (members.length === 0) return
    const from = Math.min(...members.map(({ track }) => track.sinceMs))
    const to = Math.max(...members.map(({ track }) => expectedToMs(this.#context, track)))
    for (let ms = span.startMs; ms + QUARTER_MS <= to; ms += QUARTER_MS) {
      if (ms + QUARTER_MS > from) yield this.#block(members, ms)
    }
  }

  *counts(): Generator<{ received: number; expected: number }> {
    for (const track of this.#unit.tracks) {
      if (!isMember(this.#context, track)) continue
      const part = partOf(this.#context, track)
      yield { received: part.count, expected: expectedMs(this.#context, track) / track.times.periodMs }
    }
  }

  #members(metric: string): Member[] {
    const context = this.#context
    return (this.#kpi.members.get(metric) ?? []).filter(
      ({ track, unless }) => isMember(context, track) && !unless.some((other) => isMember(context, other)),
    )
  }

  #block(members: readonly Member[], ms: number): Block {
    let sum = 0
    let isCovered = true
    let longestMs = 0
    for (const { track, scale } of members) {
      if (track.sinceMs >= ms + QUARTER_MS) continue
      const part = emptyPart()
      this.#context.slots(track).quarters.addTo(part, ms, ms + QUARTER_MS)
      sum += part.sum * scale
      isCovered &&= part.coveredMs === QUARTER_MS
      longestMs = Math.max(longestMs, part.longestMs)
    }
    return { sum, isCovered, longestMs }
  }
}

/** Whether a track is a member of a window. Source: KPI specification §1.5. */
function isMember(context: WindowContext, track: Track): boolean {
  const { endMs } = context.span
  if (track.sinceMs >= endMs) return false
  return track.isConfigured || context.slots(track).quarters.isSampled(endMs - MEMBERSHIP_MS, endMs)
}

function expectedMs(context: WindowContext, track: Track): number {
  return Math.max(0, expectedToMs(context, track) - Math.max(context.span.startMs, track.sinceMs))
}

/** Up to when a member's data are due in a window. */
function expectedToMs({ isFinal, span, scopeNewestTs }: WindowContext, track: Track): number {
  if (isFinal) return span.endMs
  const isBehind = track.newestTs < scopeNewestTs - track.times.maxGapMs
  return Math.min(span.endMs, isBehind ? scopeNewestTs : track.newestTs)
}

/** The sums of one track in a window, by the fixed reduction tree: quarters make hours, hours make days. */
function partOf(context: WindowContext, track: Track): Part {
  const { window, span, calendar, isFinal } = context
  const slots = context.slots(track)
  const { quarters, minutes } = slots
  const part = emptyPart()
  if (window === '1m') minutes?.addTo(part, span.startMs, span.endMs)
  else if (window === '1d') {
    for (const hour of calendar.spans('1h', span.startMs, span.endMs)) {
      const ofHour = emptyPart()
      quarters.addTo(ofHour, hour.startMs, hour.endMs)
      addPart(part, ofHour)
    }
  } else quarters.addTo(part, span.startMs, span.endMs)
  if (isFinal) track.addTail(part, slots, span.startMs, span.endMs)
  return part
}
