import { describe, expect, test } from 'vitest'
import { answerTo } from '../../../../src/base/hj212/answer.js'
import { readFlag, writeFlag } from '../../../../src/base/hj212/flag.js'
import { maskPasswords } from '../../../../src/base/hj212/mask.js'
import { flagOfQuality, qualityOfFlag } from '../../../../src/base/hj212/quality.js'
import { readSegment } from '../../../../src/base/hj212/segment.js'
import { readWallTime, writeWallTime, writeWallTimeMs } from '../../../../src/base/hj212/time.js'
import { QUALITIES } from '../../../../src/base/quality.js'

describe('Flag', () => {
  test.each([
    ['0', '2005', false, false],
    ['4', '2017', false, false],
    ['5', '2017', false, true],
    ['7', '2017', true, true],
    ['9', '2025', false, true],
    ['12', null, false, false],
  ])('%s', (text, edition, isNumbered, wantsAnswer) => {
    expect(readFlag(text)).toEqual({ edition, isNumbered, wantsAnswer })
    if (edition !== null) expect(writeFlag(edition as '2005', { isNumbered, wantsAnswer })).toBe(text)
  })

  test('without one a frame is of 2005 and wants no answer; what is no byte is no flag', () => {
    expect(readFlag(undefined)).toEqual({ edition: '2005', isNumbered: false, wantsAnswer: false })
    for (const text of ['N', '-1', '256', '4.0', '0x4']) expect(readFlag(text)).toBeNull()
  })
})

describe('the letter of a value', () => {
  test('each quality but one has its letter, and back (KPI specification §1)', () => {
    const letters = QUALITIES.map((quality) => flagOfQuality(quality))
    expect(letters).toEqual(['N', 'S', 'F', 'M', 'C', 'D', 'T', 'B', null])
    for (const [rank, letter] of letters.entries()) if (letter !== null) expect(qualityOfFlag(letter)).toBe(rank)
  })

  test('no letter is good, an unknown one uncertain', () => {
    expect(QUALITIES[qualityOfFlag(undefined)]).toBe('good')
    for (const letter of ['H', 'n', 'NN', '__proto__']) expect(QUALITIES[qualityOfFlag(letter)]).toBe('uncertain')
  })
})

describe('the wall time of China', () => {
  test('is eight hours before Greenwich', () => {
    const ms = Date.UTC(2019, 5, 30, 6, 12, 0)
    expect(readWallTime('20190630141200')).toBe(ms)
    expect(writeWallTime(ms)).toBe('20190630141200')
    expect(readWallTime('20190630144452444')).toBe(Date.UTC(2019, 5, 30, 6, 44, 52, 444))
    expect(writeWallTimeMs(ms + 7)).toBe('20190630141200007')
  })

  test('a day or an hour that does not exist is none', () => {
    for (const text of ['20190631141200', '20190230000000', '20190630240000', '20190630146000', '00000000000000', ''])
      expect(readWallTime(text)).toBeNull()
    expect(readWallTime('20200229235959')).toBe(Date.UTC(2020, 1, 29, 15, 59, 59))
  })
})

describe('the answer', () => {
  const answer = (segment: string) => answerTo(readSegment(Buffer.from(segment)))
  const head = 'PW=123456;MN=010000A8900016F000169DC0'

  test('to data of 2017 and 2025 repeats QN, PW and MN, with the edition in its Flag', () => {
    expect(answer(`QN=20160801085000001;ST=31;CN=2011;${head};Flag=5;CP=&&DataTime=20160801085000&&`)).toBe(
      `QN=20160801085000001;ST=91;CN=9014;${head};Flag=4;CP=&&&&`,
    )
    expect(answer(`QN=20260801085000001;ST=31;CN=2061;${head};Flag=9;CP=&&&&`)).toContain('CN=9014;PW=123456')
    expect(answer(`QN=20260801085000001;ST=31;CN=2061;${head};Flag=9;CP=&&&&`)).toContain('Flag=8')
  })

  test('to data of 2005 says in its CP which QN and command it answers', () => {
    expect(answer(`QN=20040516010101001;ST=32;CN=2051;${head};Flag=1;CP=&&&&`)).toBe(
      `ST=91;CN=9014;${head};CP=&&QN=20040516010101001;CN=2051&&`,
    )
  })

  test('to a heartbeat is that to a notice', () => {
    expect(answer(`QN=20240516010101001;ST=91;CN=9015;${head};Flag=5;CP=&&&&`)).toContain('CN=9013')
    expect(answer(`QN=20040516010101001;ST=91;CN=9021;${head};Flag=1;CP=&&&&`)).toBe(
      `ST=91;CN=9013;${head};CP=&&QN=20040516010101001&&`,
    )
  })

  test.each([
    ['nobody asked', `QN=20160801085000001;CN=2011;${head};Flag=4;CP=&&&&`],
    ['there is no QN', `ST=31;CN=2011;${head};Flag=5;CP=&&&&`],
    ['the edition is unknown', `QN=20160801085000001;CN=2011;${head};Flag=13;CP=&&&&`],
    ['it is an answer itself', `QN=20160801085000001;CN=9012;${head};Flag=5;CP=&&&&`],
  ])('there is none when %s', (_when, segment) => expect(answer(segment)).toBeNull())
})

describe('a password', () => {
  const masked = (text: string) => Buffer.from(maskPasswords(Buffer.from(text))).toString()

  test('is starred wherever it stands, also in a frame that is cut or damaged; the rest stays', () => {
    expect(masked('##0101QN=1;PW=123456;MN=A1;CP=&&PW=654321&&1C80')).toBe(
      '##0101QN=1;PW=******;MN=A1;CP=&&PW=******&&1C80',
    )
    expect(masked('QN=1;PW=123')).toBe('QN=1;PW=***')
    expect(masked('PPW=12\r\nPW')).toBe('PPW=**\r\nPW')
    expect(masked('no password')).toBe('no password')
  })
})
