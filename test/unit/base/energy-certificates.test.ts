import { describe, expect, test } from 'vitest'
import { CERTIFICATES_MAX, certificateCount, certificateRange } from '../../../src/base/energy-certificates.js'

describe('a range of certificate numbers', () => {
  test('is one number, or all from the first to the last', () => {
    expect(certificateRange('GEC-2026-000123')).toEqual({ prefix: 'GEC-2026-', first: 123n, last: 123n, digits: 6 })
    expect(certificateCount(certificateRange('A99', 'A0101')!)).toBe(3)
    const long = '9'.repeat(40)
    expect(certificateRange(long)?.last).toBe(10n ** 40n - 1n)
  })

  test.each([
    ['small letters', 'gec-2026-000123'],
    ['blanks', ' GEC - 2026-000123 '],
    ['wide digits and letters', 'ＧＥＣ-２０２６-０００１２３'],
    ['other dashes', 'GEC–2026—000123'],
    ['unseen characters', 'GEC\u200b-2026-\u2060000123'],
    ['fewer zeros in front', 'GEC-2026-123'],
  ])('is the same with %s', (_, written) => {
    const { prefix, first } = certificateRange(written)!
    expect({ prefix, first }).toEqual({ prefix: 'GEC-2026-', first: 123n })
  })

  test.each([
    ['no digits at the end', 'GEC-2026-A', undefined],
    ['nothing', '', undefined],
    ['too many digits', `A-${'1'.repeat(41)}`, undefined],
    ['another beginning', 'A-1', 'B-2'],
    ['a last number below the first', 'A-2', 'A-1'],
    ['too many certificates', 'A-1', `A-${CERTIFICATES_MAX + 1}`],
  ])('is none with %s', (_, first, last) => {
    expect(certificateRange(first, last)).toBeNull()
  })

  test('holds ten million certificates', () => {
    expect(certificateCount(certificateRange('A-1', `A-${CERTIFICATES_MAX}`)!)).toBe(CERTIFICATES_MAX)
  })
})
