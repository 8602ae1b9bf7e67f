import type { Clock } from '../../src/base/clock.js'

/** Figures that are later than this are waited for before more of the past is sent, s; … */
const LATE_S = 0.35
/** … on a machine so busy that they are always later, those that are later than this, after so many looks. */
const BUSY_LATE_S = 2
const BUSY_LOOKS = 25
/** Time between two looks at how late figures are: longer than they may be late, so that what was sent last is in what is seen. */
const LOOK_MS = 400
const ANSWER_MS = 2000
/** Looks without an answer after which it goes on all the same: the gateway holds back what comes too fast. */
const BLIND_LOOKS = 3

/**
 * Resolves when a gateway has computed what was sent before, or says nothing of it.
 *
 * @param readyz address of the gateway's `/readyz`, which says how late its figures are; undefined for no wait at all
 */
export async function whenInTime(readyz: string | undefined, clock: Clock, stop: AbortSignal): Promise<void> {
  if (readyz === undefined) return
  let blind = 0
  for (let looks = 0; !stop.aborted && blind < BLIND_LOOKS; looks++) {
    await clock.sleep(LOOK_MS, stop)
    const lateS = await latenessOf(readyz, stop)
    if (lateS === null) blind++
    else if (lateS < (looks < BUSY_LOOKS ? LATE_S : BUSY_LATE_S)) return
  }
}

/** Seconds that figures are late by what the gateway says; null when it does not say it. */
async function latenessOf(readyz: string, stop: AbortSignal): Promise<number | null> {
  try {
    const answer = await fetch(readyz, { signal: AbortSignal.any([stop, AbortSignal.timeout(ANSWER_MS)]) })
    const { lag_s } = (await answer.json()) as { lag_s?: unknown }
    return typeof lag_s === 'number' ? lag_s : null
  } catch {
    return null
  }
}
