import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../../..')
const LINES = readFileSync(join(ROOT, 'docs/reference/mqtt5-statements.md'), 'utf8').split('\n')

/** Files of the tests, by the words that stand for them at the head of the page. */
const FILES = new Map(
  LINES.flatMap((line) => {
    const [, name, file] = /^- \*(\w+)\*: `(.+)`$/.exec(line) ?? []
    return name === undefined || file === undefined ? [] : [[name, readFileSync(join(ROOT, file), 'utf8')] as const]
  }),
)
const ROWS = LINES.filter((line) => /^\| \d/.test(line)).map((line) => line.split('|').map((cell) => cell.trim()))
const isExcused = (shown: string) => /^(not done|does not apply): ./.test(shown)

test('every statement stands once, with a test or a reason', () => {
  const numbers = ROWS.flatMap(([, statement = '']) => statement.split(', '))
  expect(numbers.length).toBeGreaterThan(150)
  expect(new Set(numbers).size).toBe(numbers.length)
  for (const [, statement, short, shown = ''] of ROWS) {
    expect(statement).toMatch(
      /^\d+\.\d+\.\d+-\d+( to \d+\.\d+\.\d+-\d+)?(, \d+\.\d+\.\d+-\d+( to \d+\.\d+\.\d+-\d+)?)*$/,
    )
    expect(short).not.toBe('')
    expect(shown).not.toBe('')
  }
})

describe('the tests that it names are there', () => {
  const shown = ROWS.filter((row) => !isExcused(row[3] ?? ''))
  test.each(shown)('%s%s: %s', (_edge, _statement, _short, tests = '') => {
    for (const one of tests.split('; ')) {
      const at = one.indexOf(': ')
      const [name, title] = [one.slice(0, at), one.slice(at + 2)]
      expect([...FILES.keys()], one).toContain(name)
      expect(FILES.get(name), one).toContain(title)
    }
  })

  test('and each file that stands at the head is named', () => {
    for (const name of FILES.keys())
      expect(
        shown.some((row) => row[3]!.includes(`${name}: `)),
        name,
      ).toBe(true)
  })
})
