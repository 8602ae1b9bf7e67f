import { destination } from 'pino'
import { visibleLog } from '../base/visible-text.js'

/** Where all threads log to: stderr, with what devices and people wrote made visible. */
export function logDestination(): { write(line: string): void } {
  const stderr = destination({ fd: 2, sync: false })
  return { write: (line) => void stderr.write(visibleLog(line)) }
}
