/** [sinceMs, untilMs), epoch ms; null while it lasts. */
export interface OpenSpan {
  readonly sinceMs: number
  readonly untilMs: number | null
}

/** True for two that have a time in common; one that begins where the other ends has none. */
export function haveTimeInCommon(a: OpenSpan, b: OpenSpan): boolean {
  return a.sinceMs < (b.untilMs ?? Infinity) && b.sinceMs < (a.untilMs ?? Infinity)
}
