import type { Database } from '../archive/database.js'

/** Time that is left to what is under way in the database when a stop begins: well within the time that a stop has. */
const PATIENCE_MS = 3000

/**
 * Runs all until `signal` is aborted, and then `finish`. One that fails is told to `fail`, which has to abort the signal: the
 * others are waited for, because a thread that ends while DuckDB works for it takes the process with it (SIGABRT).
 */
export async function runStages(
  stages: readonly { run(signal: AbortSignal): Promise<void> }[],
  {
    database,
    signal,
    fail,
    finish,
  }: {
    readonly database: Pick<Database, 'breakOff' | 'isBrokenOff'>
    readonly signal: AbortSignal
    fail(error: unknown): void
    finish(): Promise<void>
  },
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
        // Work that it did not finish is done after the next start.
        if (!database.isBrokenOff) fail(error)
      }
    }),
  )
  await finish()
  clearTimeout(breakingOff)
}
