/** From the choice of a range to its picture: what the bench reads, and anybody with the browser's tools. */
const MEASURE = 'range'

let chosenAt: number | null = null

addEventListener(
  'hashchange',
  (event) => {
    chosenAt = event.timeStamp
  },
  { capture: true },
)

/** Tells that what was chosen has been painted; only the first chart of a choice counts. */
export function painted(): void {
  if (chosenAt === null) return
  const start = chosenAt
  chosenAt = null
  performance.clearMeasures(MEASURE)
  // The frame in which it was drawn is on the screen before the next task.
  requestAnimationFrame(() => setTimeout(() => performance.measure(MEASURE, { start, end: performance.now() })))
}
