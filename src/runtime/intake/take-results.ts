import type { Logger } from 'pino'
import type { Ingress } from '../../intake/ingress.js'
import type { FromPipeline } from './thread-data.js'

type Results = Extract<FromPipeline, { results: unknown }>['results']

/**
 * Publishes results, and answers in any case: the pipeline waits for that with the next ones. Never rejects: an error is said in
 * the log, and the results that it is about are missing until they change.
 */
export async function takeResults(
  ingress: Pick<Ingress, 'publishResults'>,
  results: Results,
  log: Pick<Logger, 'warn'>,
  answer: () => void,
): Promise<void> {
  try {
    await ingress.publishResults(results)
  } catch (error) {
    log.warn({ messages: results.length, reason: (error as Error).message }, 'results could not be published')
  }
  answer()
}
