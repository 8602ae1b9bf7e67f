import { describe, expect, test } from 'vitest'
import { parseTimePattern } from '../../../../src/decode/profile/time-pattern.js'
import { readTime } from '../../../../src/decode/profile/time-reader.js'

const iso = (format: string, zone: string, sent: unknown, arrivedAt = 0) => {
  const ms = readTime(format, zone)(sent, arrivedAt)
  return ms === null ? null : new Date(ms).toISOString()
}

describe('a telegram of DSMR says S or W', () => {
  const at = (sent: string, zone = 'Europe/Amsterdam') => iso('YYMMDDhhmmssX', zone, sent)

  test('the instants of the hour that comes twice are told apart, whenever the message came', () => {
    expect(at('261025023000S')).toBe('2026-10-25T00:30:00.000Z')
    expect(at('261025023000W')).toBe('2026-10-25T01:30:00.000Z')
  })

  test('winter and summer', () => {
    expect(at('101209113020W')).toBe('2010-12-09T10:30:20.000Z')
    expect(at('160701120000S')).toBe('2016-07-01T10:00:00.000Z')
    expect(at('160701120000W', 'Australia/Sydney')).toBe('2016-07-01T02:00:00.000Z')
  })

  test('a letter that the clocks of the zone contradict is no time: neither of the two is known to be right', () => {
    expect([at('160701120000W'), at('101209113020S'), at('160701120000S', 'Asia/Shanghai')]).toEqual([null, null, null])
    expect(at('260329023000W')).toBeNull()
  })

  test('another letter, none, or a day that is not there', () => {
    expect(['160701120000X', '160701120000', '160231120000W', '16070112000W', ''].map((sent) => at(sent))).toEqual(
      Array(5).fill(null),
    )
  })
})

test.each([
  ['DDMMYYhhmm', '2411260800', '2026-11-24T00:00:00.000Z'],
  ['DDMMYYhhmm', 511260800, '2026-11-05T00:00:00.000Z'],
  ['DD.MM.YYYY hh:mm', '24.11.2026 08:00', '2026-11-24T00:00:00.000Z'],
  ['YYYYMMDDThhmmss.SSS', '20261124T080001.250', '2026-11-24T00:00:01.250Z'],
  ['YYYYMMDDhhmm', '202611240800 ', '2026-11-24T00:00:00.000Z'],
  ['DD.MM.YYYY hh:mm', 24112026, null],
  ['DDMMYYhhmm', '24112608000', null],
  ['DDMMYYhhmm', '2413260800', null],
  ['DDMMYYhhmm', null, null],
  ['DDMMYYhhmm', -1, null],
  ['DDMMYYhhmm', 1e21, null],
])('%s: %s', (format, sent, expected) => {
  expect(iso(format, 'Asia/Shanghai', sent)).toBe(expected)
})

test('without S or W the instant nearer to the arrival is meant, as for other wall clocks', () => {
  const near = (arrived: string) => iso('YYMMDDhhmm', 'Europe/Berlin', '2610250230', Date.parse(arrived))
  expect(near('2026-10-25T00:31:00Z')).toBe('2026-10-25T00:30:00.000Z')
  expect(near('2026-10-25T01:31:00Z')).toBe('2026-10-25T01:30:00.000Z')
})

test.each([
  ['YYMMDDhh', 'mm is missing'],
  ['YYMMDDhhmmhh', 'hh is there twice'],
  ['MMDDhhmm', 'it has one year, YYYY or YY'],
  ['YYMMDDhhmmSSS', 'SSS stands behind ss only'],
  ['YYMMDDhhmmZ', 'rfc3339, epoch_s'],
  ['%Y%m%d', 'rfc3339, epoch_s'],
  ['', 'it has one year'],
])('the pattern %s is none', (text, problem) => {
  expect(parseTimePattern(text)).toEqual({ problem: expect.stringContaining(problem) })
})
