import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { PROOFS } from '../integration/corrected/proofs.js'

// Every figure that was once wrong keeps the test that would have found it.

const LINES = [
  ...Array.from({ length: 15 }, (_, i) => `A${i + 1}`),
  ...Array.from({ length: 7 }, (_, i) => `B${i + 1}`),
]

describe('proofs of corrected figures', () => {
  test('every line stands in the list, with a proof', () => {
    expect(Object.keys(PROOFS)).toEqual(LINES)
    expect(LINES.filter((line) => PROOFS[line]!.proofs.length === 0)).toEqual([])
  })

  const named = Object.entries(PROOFS).flatMap(([line, { proofs }]) => proofs.map((proof) => ({ line, ...proof })))
  test.each(named)('$line: $file has "$test"', ({ file, test: name }) => {
    const text = readFileSync(file, 'utf8')
    const declared = ["'", '"', '`'].map((quote) => `test(${quote}${name}${quote}, `)
    expect(declared.some((one) => text.includes(one))).toBe(true)
  })
})
