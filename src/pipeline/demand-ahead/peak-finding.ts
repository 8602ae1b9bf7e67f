import { HOUR_MS } from '../../base/durations.js'
import type { DemandAlarmOptions } from '../../base/options/alarms.js'
import type { BlockOutlook, DemandOutlook } from '../../insight/peak/demand-outlook.js'

/** An alarm stays while the chance is no further below that of its rule: blocks whose chance moves around it are not told of again and again. */
const CLEARLY = 0.2

/** Outcome of one look at the demand of a plant. */
export interface PeakFinding {
  /** The first block that is to be told of; null when none is. */
  readonly expected: Pick<BlockOutlook, 'startMs'> | null
  /** True when nothing of what was told of holds any more; null when no chance is known, and so nobody can say. */
  readonly isOver: boolean | null
}

/** Judges the blocks that begin within the time of the rule. That nothing is known does not take a peak back: only its end does. */
export function peakFindingOf(
  { running, later }: Pick<DemandOutlook, 'running' | 'later'>,
  { chance, ahead_h }: Pick<DemandAlarmOptions, 'chance' | 'ahead_h'>,
  nowMs: number,
): PeakFinding {
  const blocks = [...(running === null ? [] : [running]), ...later].filter(
    (block) => block.startMs <= nowMs + ahead_h * HOUR_MS,
  )
  const known = blocks.flatMap((block) =>
    block.chance === null ? [] : [{ startMs: block.startMs, chance: block.chance }],
  )
  const expected = known.find((block) => block.chance >= chance) ?? null
  const isOver = known.length === 0 ? null : known.every((block) => block.chance < chance - CLEARLY)
  return { expected: expected === null ? null : { startMs: expected.startMs }, isOver }
}
