import { encodeEntries, type JournalEntry } from '../../src/journal/entries.js'
import { EntryCursor } from '../../src/journal/entry-cursor.js'

/** A cursor that stands on this entry. */
export function cursorAt(entry: JournalEntry): EntryCursor {
  const cursor = new EntryCursor()
  cursor.open(encodeEntries([entry]))
  cursor.next()
  return cursor
}
