/**
 * Marks where the next page of a list begins, as a text that callers hand back and do not read: the position of the last
 * item they got, in base64url. A page is asked for by position and not by number, so that what arrives meanwhile
 * neither repeats nor hides an item.
 */
export function cursorOf(position: number | string): string {
  return Buffer.from(String(position)).toString('base64url')
}

/** The position in a cursor, or undefined when it is none of ours. */
export function positionIn(cursor: string): string | undefined {
  const position = Buffer.from(cursor, 'base64url').toString()
  return position !== '' && cursorOf(position) === cursor ? position : undefined
}

/** The instant in a cursor, epoch ms, or undefined when it holds none. */
export function instantOfCursor(cursor: string): number | undefined {
  const position = positionIn(cursor)
  return position !== undefined && /^-?\d{1,16}$/.test(position) ? Number(position) : undefined
}
