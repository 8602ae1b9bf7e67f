import type { CalendarWindow, Span } from './calendar.js'
import type { Basis, Block, InputSum } from './formulas/recipe.js'
import { addPart, emptyPart, type Part, QUARTER_MS } from './slots.js'
import type { SeriesSlots, Track } from './track.js'
import type { Member, Unit, UnitKpi } from './units.js'
import type { PlantVersion } from './version.js'

/** An unconfigured sender is a member of windows that end within this of one of its samples. */
export const MEMBERSHIP_MS = 86_400_000

/** What a window's figures are computed against. */
export interface WindowContext {
  readonly version: PlantVersion
  readonly unit: Unit
  readonly window: Exclude<CalendarWindow, '1mo'>
  readonly span: Span
  /** True when a window that ends here is final: it expects its whole length, any other only the time up to its members. */
  isOver(endMs: number): boolean
  /** Newest sample of the scope, epoch ms. */
  readonly scopeNewestTs: number
  slots(track: Track): SeriesSlots
  /** Up to when the connection of a device that sends on change vouches for what it said, epoch ms. */
  readonly vouched: ReadonlyMap<Track, number>
  /** Sums of this window that several KPIs ask for. */
  readonly inputs: Map<readonly Member[], InputSum>
}

/** The sums of one window of one KPI, made when a formula asks for them. */
export class WindowBasis implements Basis {
  readonly #context: WindowContext
  readonly #kpi: UnitKpi

  constructor(context: WindowContext, kpi: UnitKpi) {
    this.#context = context
    this.#kpi = kpi
  }

  input(metric: string): InputSum | null {
    const members = this.#kpi.members.get(metric) ?? []
    if (members.length === 0) return null
    let total = this.#context.inputs.get(members)
    if (total === undefined) {
      total = sumOf(this.#context, members)
      this.#context.inputs.set(members, total)
    }
    return total
  }

  *blocks(metric: string): Generator<Block> {
    const { span, unit } = this.#context
    const members = this.#members(metric)
    if (members.length === 0) return
    const from = Math.min(...members.map(({ track }) => unit.sinceMs(track)))
    const to = Math.max(...members.map(({ track }) => expectedToMs(this.#context, track)))
    for (let ms = span.startMs; ms + QUARTER_MS <= to; ms += QUARTER_MS) {
      if (ms + QUARTER_MS > from) yield this.#block(members, ms)
    }
  }

  *hours(metric: string, other: string): Generator<{ readonly of: InputSum; readonly with: InputSum | null }> {
    const { span, version } = this.#context
    const others = this.#kpi.members.get(other) ?? []
    for (const hour of version.calendar.spans('1h', span.startMs, span.endMs)) {
      const context: WindowContext = { ...this.#context, window: '1h', span: hour, inputs: new Map() }
      for (const member of this.#kpi.members.get(metric) ?? []) {
        if (!isMember(context, member.track)) continue
        const companions = others.filter(({ track }) => track.device === member.track.device)
        yield {
          of: sumOf(context, [member]),
          with: companions.length === 0 ? null : sumOf(context, companions),
        }
      }
    }
  }

  *counts(): Generator<{ received: number; expected: number }> {
    const context = this.#context
    for (const track of context.unit.tracks) {
      const { isOnChange, times } = track.in(context.version)
      // Nothing is due from a device that sends when something changes.
      if (isOnChange || !isMember(context, track)) continue
      yield { received: partOf(context, track).count, expected: expectedMs(context, track) / times.periodMs }
    }
  }

  #members(metric: string): Member[] {
    return presentIn(this.#context, this.#kpi.members.get(metric) ?? [])
  }

  #block(members: readonly Member[], ms: number): Block {
    let sum = 0
    let isCovered = true
    let longestMs = 0
    for (const { track, scale } of members) {
      if (this.#context.unit.sinceMs(track) >= ms + QUARTER_MS) continue
      const part = emptyPart(track.accounts)
      this.#context.slots(track).quarters.addTo(part, ms, ms + QUARTER_MS)
      sum += part.sum * scale
      isCovered &&= part.coveredMs === QUARTER_MS
      longestMs = Math.max(longestMs, part.longestMs)
    }
    return { sum, isCovered, longestMs }
  }
}

/** Those of a formula's members that are members of this window, in order of their id. */
function presentIn(context: WindowContext, members: readonly Member[]): Member[] {
  return members.filter(
    ({ track, unless }) => isMember(context, track) && !unless.some((other) => isMember(context, other)),
  )
}

function sumOf(context: WindowContext, members: readonly Member[]): InputSum {
  const accounts = new Float64Array(members[0]?.track.accounts ?? 0)
  const total = { sum: 0, coveredMs: 0, expectedMs: 0, estimatedMs: 0, flags: 0, accounts }
  for (const { track, scale, flags } of presentIn(context, members)) {
    const part = partOf(context, track)
    total.sum += part.sum * scale
    total.coveredMs += part.coveredMs
    total.expectedMs += expectedMs(context, track)
    total.estimatedMs += part.estimatedMs
    total.flags |= part.flags | (part.coveredMs > 0 ? flags : 0)
    for (let k = 0; k < accounts.length; k++) accounts[k]! += part.accounts[k]!
  }
  return total
}

/** Whether a track is a member of a window. Source: KPI specification §1.5. */
function isMember(context: WindowContext, track: Track): boolean {
  const { endMs } = context.span
  if (context.unit.sinceMs(track) >= endMs) return false
  if (track.in(context.version).isConfigured) return true
  return context.slots(track).quarters.isSampled(endMs - MEMBERSHIP_MS, endMs)
}

function expectedMs(context: WindowContext, track: Track): number {
  return Math.max(0, expectedToMs(context, track) - Math.max(context.span.startMs, context.unit.sinceMs(track)))
}

/** Up to when a member's data are due in a window. */
function expectedToMs(context: WindowContext, track: Track): number {
  const { span, scopeNewestTs, version } = context
  if (context.isOver(span.endMs)) return span.endMs
  const newestTs = context.vouched.get(track) ?? track.newestTs
  const isBehind = newestTs < scopeNewestTs - track.in(version).times.maxGapMs
  return Math.min(span.endMs, isBehind ? scopeNewestTs : newestTs)
}

/** The sums of one track in a window, by the fixed reduction tree: quarters make hours, hours make days. */
function partOf(context: WindowContext, track: Track): Part {
  const { window, span, version } = context
  const slots = context.slots(track)
  const { quarters, minutes } = slots
  const part = emptyPart(track.accounts)
  if (window === '1m') minutes?.addTo(part, span.startMs, span.endMs)
  else if (window === '1d') {
    for (const hour of version.calendar.spans('1h', span.startMs, span.endMs)) {
      const ofHour = emptyPart(track.accounts)
      quarters.addTo(ofHour, hour.startMs, hour.endMs)
      addPart(part, ofHour)
    }
  } else quarters.addTo(part, span.startMs, span.endMs)
  const tailToMs = tailEndMs(context, track)
  if (tailToMs > span.startMs) track.addTail(part, slots, span.startMs, tailToMs)
  return part
}

/** Up to when what the newest sample says may count: all of a final window, else only what a connection vouches for. */
function tailEndMs({ span, isOver, vouched }: WindowContext, track: Track): number {
  return isOver(span.endMs) ? span.endMs : Math.min(span.endMs, vouched.get(track) ?? Number.NEGATIVE_INFINITY)
}
