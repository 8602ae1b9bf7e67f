import { describe, expect, test } from 'vitest'
import { visibleJson, visibleLine, visibleLog, visibleText } from '../../../src/base/visible-text.js'

describe('what a terminal would obey is written out', () => {
  test.each([
    ['an escape sequence', '\x1b[2J\x1b]0;title\x07', '\\x1b[2J\\x1b]0;title\\x07'],
    ['the same in C1', '\x9b2J\x9d0;t\x9c', '\\x9b2J\\x9d0;t\\x9c'],
    ['a line that is forged, a column, an overwritten line', 'a\nb\tc\rd', 'a\\nb\\tc\\rd'],
    ['NUL, backspace and DEL', '\0\b\x7f', '\\x00\\x08\\x7f'],
    ['a direction that is overridden', 'user\u202etxt.exe\u2066', 'user\\u202etxt.exe\\u2066'],
    ['characters without width', 'ad\u200bmin\ufeff\u00ad\u3164', 'ad\\u200bmin\\ufeff\\xad\\u3164'],
    ['tags, line and paragraph separators', 'x\u{e0041}\u2028\u2029', 'x\\u{e0041}\\u2028\\u2029'],
    ['half a surrogate pair', 'x\ud800y', 'x\\ud800y'],
  ])('%s', (_, text, shown) => {
    expect(visibleLine(text)).toBe(shown)
    expect(visibleText(text)).toBe(shown.replaceAll('\\n', '\n').replaceAll('\\t', '\t'))
  })

  test('letters of any script, accents and emoji stay as they are', () => {
    const text = 'Dresden Werk 1 – 苏州一厂 – Größe é 👷 “quoted” \\x1b'
    expect(visibleLine(text)).toBe(text)
  })

  test('JSON says exactly what it said', () => {
    const value = { a: '\x1b\x9b\x7f\u202e\u200b\u2028\n\ud83d\u{e0041}', 'k\x9b': ['苏州', '"\\'] }
    const shown = visibleJson(JSON.stringify(value, null, 2))
    expect(JSON.parse(shown)).toEqual(value)
    expect(visibleText(shown)).toBe(shown)
  })

  test('a line of the log stays JSON, and shows nothing even where a program unpacks it for people', () => {
    const msg = 'C:\\new \x1b[2J\x9b2J\nlevel 50\r\t\u202e苏州 "quoted" \ud800'
    const line = `${JSON.stringify({ level: 30, msg, ok: 'plain\\n' })}\n`
    const shown = visibleLog(line)
    expect(shown.endsWith('}\n')).toBe(true)
    const read = JSON.parse(shown) as { msg: string; ok: string }
    expect(read.msg).toBe('C:\\new \\u001b[2J\\x9b2J\\nlevel 50\\r\\t\\u202e苏州 "quoted" \\ud800')
    expect(read.ok).toBe('plain\\n')
    const stack = 'Error: x\n    at y'
    expect(JSON.parse(visibleLog(JSON.stringify({ err: { stack } })))).toEqual({ err: { stack } })
  })

  test('a million of them come to an end, as each is gone through once', () => {
    expect(visibleLine('\x1b'.repeat(2 ** 20))).toHaveLength(4 * 2 ** 20)
  })
})
