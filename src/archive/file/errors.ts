/**
 * Tells the errors of DuckDB apart. A database that could not be written or read for a moment is a healthy one; of a file that
 * is damaged another look says the same. DuckDB gives both as `IO Error`, and everything after a failed sync as a fatal error.
 */

/**
 * Words of DuckDB for a machine that cannot serve a file, another process that does, or a file of the lasting record: the
 * database itself is in good hands.
 */
const NOT_THE_FILE =
  /no space left|disk quota exceeded|set lock|conflicting lock|out of memory|permission denied|too many open files|\.parquet/i
const NO_ROOM = /no space left|disk quota exceeded/i
/** The disk has refused, or the database has closed itself because it did. */
const REFUSED =
  /input\/output error|fsync failed|has been invalidated|read-only file system|stale file handle|could not (read|write|sync|truncate|seek)/i
/** Errors that a query which is right can only get from a file that is wrong. */
const DAMAGED = /^(INTERNAL|Serialization) Error: |corrupt|checksum|not a valid duckdb|enough bytes/im
/** Each of DuckDB's own errors begins like `IO Error: `. */
const OF_DUCKDB = /^[A-Z][A-Za-z ]* Error: /

/** The disk has no room: what is to be written can be written later. */
export function isNoRoom(error: unknown): boolean {
  return NO_ROOM.test(textOf(error))
}

/** The database has closed itself and answers nothing until it is opened again. */
export function isInvalidated(error: unknown): boolean {
  return /has been invalidated|fsync failed/i.test(textOf(error))
}

/** The disk did not do what it was asked to: nothing is said against what the file holds. */
export function isRefused(error: unknown): boolean {
  return REFUSED.test(textOf(error)) && !isDamage(error) && !/\.parquet/i.test(textOf(error))
}

/** The file holds what it should not. */
export function isDamage(error: unknown): boolean {
  return DAMAGED.test(textOf(error)) && !NOT_THE_FILE.test(textOf(error))
}

/** An error that has to do with the file at all, when it comes while the file is opened. */
export function isOfFile(error: unknown): boolean {
  return OF_DUCKDB.test(textOf(error)) && !NOT_THE_FILE.test(textOf(error))
}

/** In one line, with what came before a fatal error. */
export function shortText(error: unknown): string {
  const [first = '', ...rest] = textOf(error).split('\n')
  const original = rest.find((line) => line.startsWith('Original error: '))
  return original === undefined ? first : `${first} ${original}`
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
