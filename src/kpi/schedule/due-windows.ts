import { DAY_MS } from '../../base/durations.js'
import type { EnginePlant } from '../plant/plant.js'
import type { BucketWindow, TimeRange } from '../series/calendar.js'
import { versionAt } from '../settings/version.js'
import { isWithin, type Range, Ranges } from '../time/ranges.js'
import { isOver, WindowSet, windowsOf } from '../windows/publish.js'
import type { OpenWindow } from '../windows/streams.js'
import type { DayPiece } from './pieces.js'
import type { RecomputeTask } from './recompute-task.js'

/** Changed ranges of a plant further apart than this are computed one after the other: their sums need not be in memory together. */
const APART_MS = 3 * DAY_MS

/**
 * The open windows that have to be computed, by task: those whose time has come, and those of subjects that have changed or
 * had to wait.
 */
export function dueWindows(
  plant: EnginePlant,
  tasks: readonly RecomputeTask[],
): ReadonlyMap<RecomputeTask, readonly OpenWindow[]> {
  const waiting = new Map(tasks.map(({ key }) => [key, plant.pacer.takeWaiting(key)]))
  const changed = new Set<string>()
  for (const { key, subject, ranges } of tasks) {
    if (!ranges.isEmpty || waiting.get(key)!.length > 0) changed.add(subject.key)
  }
  const due = new Map<RecomputeTask, readonly OpenWindow[]>()
  for (const task of tasks) {
    const open = [...plant.streams.openOf(task.subject.scope, task.subject.id), ...waiting.get(task.key)!]
    due.set(task, changed.has(task.subject.key) ? open : open.filter((one) => isOver(task.clock, one.endMs)))
  }
  return due
}

/** The time in which anything of the tasks is to be computed. */
export function rangesOf(
  tasks: readonly RecomputeTask[],
  due: ReadonlyMap<RecomputeTask, readonly OpenWindow[]>,
): Ranges {
  const all = new Ranges(APART_MS)
  for (const { ranges } of tasks) for (const range of ranges) all.add(range)
  for (const open of due.values()) {
    for (const one of open) if (isBucketWindow(one)) all.add({ fromMs: one.startMs, toMs: one.endMs })
  }
  return all
}

/**
 * The windows of a task that are computed now, in a piece of time: of those that go on only whose time has come, and none
 * that was begun in the piece before.
 */
export function windowsIn(
  range: DayPiece,
  { key, subject, version, ranges, clock }: RecomputeTask,
  plant: EnginePlant,
  { open: due, begun }: { readonly open: readonly OpenWindow[]; readonly begun: WindowSet | undefined },
  nowMs: number,
): WindowSet {
  const isWanted = (window: BucketWindow, span: TimeRange) =>
    !begun?.has(window, span.startMs) &&
    versionAt(plant.versions, span.endMs - 1) === version &&
    (isOver(clock, span.endMs) || plant.pacer.isTime(key, subject.scope, window, span, nowMs))
  const windows = new WindowSet()
  const isSilent = range.isSilent && !isWithin(plant.forgotten, { startMs: range.fromMs, endMs: range.toMs })
  const sizes = isSilent ? windowsOf(subject).filter(isSaidInSilence) : windowsOf(subject)
  for (const own of ranges) windows.addRange(version.calendar, overlap(own, range), sizes, isWanted)
  for (const open of due) {
    if (!isBucketWindow(open) || windows.has(open.window, open.startMs)) continue
    if (range.fromMs <= open.startMs && open.startMs < range.toMs && isWanted(open.window, open)) {
      windows.add(open.window, open)
    }
  }
  return windows
}

function isSaidInSilence(window: BucketWindow): boolean {
  return window !== '1m' && window !== '15m'
}

function isBucketWindow(open: OpenWindow): open is OpenWindow & { readonly window: BucketWindow } {
  return open.window !== '1mo'
}

/** The time that lies in both; empty where it ends before it begins. */
export function overlap(a: Range, b: Range): Range {
  return { fromMs: Math.max(a.fromMs, b.fromMs), toMs: Math.min(a.toMs, b.toMs) }
}
