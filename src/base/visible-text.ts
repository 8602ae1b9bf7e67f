/**
 * Text that devices and people wrote, for a terminal: what would move its cursor, change its colours, answer in the name of
 * its owner, turn the direction of reading or hide something is written out as an escape. Such are C0 and C1 (U+009B begins
 * a sequence as ESC [ does), DEL, direction marks and overrides, characters without width, line and paragraph separators,
 * tag characters, fillers, and halves of surrogate pairs.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|\u034f/gu

/** One line of text; line breaks and tabs in it are made visible too, for they would be another line or another column. */
export function visibleLine(text: string): string {
  return text.replaceAll(UNSEEN, escapeOf)
}

/** Text of several lines that a program has laid out, such as YAML. */
export function visibleText(text: string): string {
  return text.replaceAll(UNSEEN, (unseen) => (unseen === '\n' || unseen === '\t' ? unseen : escapeOf(unseen)))
}

/** JSON that says the same and shows nothing of it to a terminal: in JSON such characters stand in strings alone. */
export function visibleJson(json: string): string {
  return json.replaceAll(UNSEEN, (unseen) => {
    if (unseen === '\n') return unseen
    return Array.from({ length: unseen.length }, (_, i) => `\\u${hex(unseen.charCodeAt(i), 4)}`).join('')
  })
}

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function escapeOf(unseen: string): string {
  const code = unseen.codePointAt(0)!
  return (
    SHORT[unseen] ??
    (code < 0x100 ? `\\x${hex(code, 2)}` : code < 0x10000 ? `\\u${hex(code, 4)}` : `\\u{${hex(code, 5)}}`)
  )
}

function isUnseen(letter: string): boolean {
  return letter.search(UNSEEN) !== -1
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0')
}

/**
 * A line of a log in JSON, for those who read it as it is and for programs that unpack it for people: what a terminal would obey
 * is written out inside the strings themselves. Line breaks stay where the line has a stack.
 */
export function visibleLog(line: string): string {
  const hasStack = line.includes('"stack":')
  return line
    .replaceAll(/\\u([0-9a-fA-F]{4})|\\(.)/gu, (whole, code: string | undefined, letter: string | undefined) => {
      if (code !== undefined) return isUnseen(String.fromCharCode(Number.parseInt(code, 16))) ? `\\${whole}` : whole
      const isBreak = letter === 'n' && !hasStack
      return isBreak || 'rtbf'.includes(letter!) ? `\\${whole}` : whole
    })
    .replaceAll(UNSEEN, (unseen) => (unseen === '\n' ? unseen : `\\${escapeOf(unseen)}`))
}
