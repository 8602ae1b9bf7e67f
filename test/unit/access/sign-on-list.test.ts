import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/** Proves that the list of attacks of RFC 9700 is whole, and that each line names a test that there is. */

const root = join(import.meta.dirname, '..', '..', '..')
const textOf = (...path: string[]) => readFileSync(join(root, ...path), 'utf8')
const rows = textOf('docs', 'reference', 'single-sign-on-attacks.md')
  .split('\n')
  .flatMap((line) => /^\| (\d\.\d+(?:\.\d)?) \| .* \| ([^|]+) \|$/.exec(line)?.slice(1, 3) ?? [])
const sections = rows.filter((_, i) => i % 2 === 0)
const names = rows.filter((_, i) => i % 2 === 1)

test('every attack of section 4 has its line, in order', () => {
  const fours = sections.filter((section) => section.startsWith('4.'))
  expect(fours).toEqual(Array.from({ length: 17 }, (_, i) => `4.${i + 1}`))
})

test.each(names)('there is a test with the words: %s', (name) => {
  const tests = `${textOf('test', 'unit', 'access', 'sign-on-attacks.test.ts')}${textOf('test', 'unit', 'views', 'single-sign-on.test.ts')}`
  // Names of drawn cases are put together of a case and a sentence.
  const [subject = '', rest = ''] = name.split(/(?= signs nobody in$)/)
  expect(tests).toContain(rest === '' ? name : subject.replace('an ID token ', ''))
})
