import { expect, test } from 'vitest'
import { flagBit, flagsOf, KPI_FLAG_LIST } from '../../../src/base/flags.js'
import { QUALITIES, qualityRank } from '../../../src/base/quality.js'
import { firstReason, REJECT_REASON_LIST } from '../../../src/base/reasons.js'

test('reasons stand in the order in which the contract lists them', () => {
  expect(REJECT_REASON_LIST.join(' ')).toBe(
    'bad_topic bad_json bad_schema bad_unit bad_value people_only ts_future ts_too_old too_large unknown_device foreign_device bad_sparkplug bad_profile hj212_bad_frame too_many',
  )
})

test('of two reasons the one that is listed first is given, whichever was found first', () => {
  expect(firstReason('bad_value', 'bad_unit')).toBe('bad_unit')
  expect(firstReason('bad_unit', 'bad_value')).toBe('bad_unit')
  expect(firstReason('ts_future', 'ts_future')).toBe('ts_future')
})

test('quality words are ranked from good to uncertain', () => {
  expect(QUALITIES.map((word) => qualityRank(word))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  expect([QUALITIES[0], QUALITIES.at(-1)]).toEqual(['good', 'uncertain'])
  expect(qualityRank('Good')).toBeUndefined()
  expect(qualityRank('constructor')).toBeUndefined()
})

test('flags as bits come back as words in the order of the table', () => {
  expect(flagsOf(flagBit('clock') | flagBit('approx'))).toEqual(['approx', 'clock'])
  expect(flagsOf(KPI_FLAG_LIST.reduce((bits, flag) => bits | flagBit(flag), 0))).toEqual(KPI_FLAG_LIST)
  expect(flagsOf(0)).toEqual([])
})
