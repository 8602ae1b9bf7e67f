/** Minutes of a block of demand. */
const BLOCK_MINUTES = 15

/** Everything that is known of demand that slides by the minute. */
export interface SlidingKnown {
  /** Energy of the fifteen minutes before the running block, kWh each; null unless all of them are known. */
  readonly before: readonly number[] | null
  /** Energy of the minutes of the running block that are known, kWh each, from its start on. */
  readonly running: readonly number[]
  /** The highest demand of minutes over that of blocks, at least 1. */
  readonly ratio: number
}

/** The highest fifteen minutes that have ended in the running block, kWh; null when none is known. */
export function slidMeasured({ before, running }: SlidingKnown): number | null {
  return before === null || running.length === 0 ? null : highestOf([...before, ...running])
}

/** The highest fifteen minutes that end in the running block, kWh, when all of that block comes to so much. */
export function slidExpected({ before, running, ratio }: SlidingKnown, blockKwh: number): number {
  if (before === null) return blockKwh * ratio
  const left = BLOCK_MINUTES - running.length
  const restKwh = Math.max(0, blockKwh - sumOf(running))
  return highestOf([...before, ...running, ...Array.from({ length: left }, () => restKwh / left)])
}

/** Highest sum of fifteen minutes that follow each other, of which the first fifteen end before what is looked at. */
function highestOf(minutes: readonly number[]): number {
  let kwh = sumOf(minutes.slice(0, BLOCK_MINUTES))
  let highest = 0
  for (let end = BLOCK_MINUTES; end < minutes.length; end++) {
    kwh += minutes[end]! - minutes[end - BLOCK_MINUTES]!
    highest = Math.max(highest, kwh)
  }
  return highest
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
