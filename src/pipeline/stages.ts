import type { Database } from '../archive/database.js'

/** What is under way in the database when a stop begins has this long: well within the time that a stop has. */
const PATIENCE_MS = 3000

/** Runs all until `signal` is aborted, and then `finish`. Rejects when one of them does. */
export async function runStages(
  stages: readonly { run(signal: AbortSignal): Promise<void> }[],
  database: Pick<Database, 'breakOff' | 'isBrokenOff'>,
  signal: AbortSignal,
  finish: () => Promise<void>,
): Promise<void> {
  let breakingOff: NodeJS.Timeout | undefined
  signal.addEventListener('abort', () => {
    breakingOff = setTimeout(() => database.breakOff(), PATIENCE_MS)
  })
  await Promise.all(
    stages.map(async (stage) => {
      try {
        await stage.run(signal)
      } catch (error) {
        // What it did not finish is done after the next start.
        if (!database.isBrokenOff) throw error
      }
    }),
  )
  await finish()
  clearTimeout(breakingOff)
}
