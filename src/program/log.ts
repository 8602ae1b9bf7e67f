import { createRequire } from 'node:module'
import { isatty } from 'node:tty'
import { destination, type Logger, pino, stdTimeFunctions } from 'pino'
import { visibleLog } from '../base/visible-text.js'
import type { LogOptions } from './log-options.js'
import { type LogSeverity, remarksInto, writeToStderr } from './output.js'

/** The log: every thread and process of a gateway writes it in one format, to stderr. */

/** The log of one thread, whose name stands in each line; what devices and people wrote is made visible in it. */
export function openLog(name: string, { level, format }: LogOptions): Logger {
  const stderr = destination({ fd: STDERR, sync: false })
  return logTo((line) => void stderr.write(line), name, level, format)
}

/**
 * Opens the log of the main thread, and makes every later remark of this process one of its lines. A remark is written at
 * every level: it says why a start or a stop came to nothing.
 */
export function logRemarks({ format }: Pick<LogOptions, 'format'>): Logger {
  // A process that ends must not take its last words with it, so that this one waits for its writes.
  const log = logTo(writeToStderr, 'main', 'trace', format)
  remarksInto((gravity: LogSeverity, text) => log[gravity](text))
  return log
}

const STDERR = 2

function logTo(write: (line: string) => void, name: string, level: string, format: LogOptions['format']): Logger {
  const isPretty = format === 'pretty' || (format === 'auto' && isatty(STDERR))
  const laidOut = isPretty ? prettyLine() : (line: string) => line
  const options = { name, level, timestamp: stdTimeFunctions.isoTime, formatters: { level: levelWord } }
  const log = pino(options, { write: (line) => write(laidOut(visibleLog(line))) })
  // Node itself would print its warnings as sentences between the lines.
  process.removeAllListeners('warning')
  process.on('warning', (warning) => log.warn({ reason: warning.message }, `a warning of Node.js: ${warning.name}`))
  return log
}

function levelWord(label: string): { readonly level: string } {
  return { level: label }
}

/** Loaded only where people read the log: it takes a tenth of the time of a start. */
function prettyLine(): (line: string) => string {
  const { prettyFactory } = createRequire(import.meta.url)('pino-pretty') as typeof import('pino-pretty')
  return prettyFactory({
    colorize: isatty(STDERR) && process.env.NO_COLOR === undefined,
    ignore: 'pid,hostname',
    singleLine: true,
    // The time stands in the line as it is: ISO 8601, UTC.
    translateTime: "UTC:yyyy-mm-dd'T'HH:MM:ss.l'Z'",
  })
}
