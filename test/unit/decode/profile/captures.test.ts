import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { hj212Topic } from '../../../../src/base/hj212/topic.js'
import { profilesFolder } from '../../../../src/config/config.js'
import type { DecodeRules } from '../../../../src/decode/decode.js'
import { profilesOptions } from '../../../../src/decode/profile/options.js'
import { profileCase } from '../../../../src/decode/profile/profile-case.js'
import { decodedBy } from '../../../support/block-decoding.js'

/** Messages that others published, of makers whose profiles are there: read right, refused with a reason, or left by a rule that is told. */

const capture = profileCase.extend({ profile: z.string(), left: z.string().optional() })
const captures = z.array(capture).parse(parse(readFileSync(join(import.meta.dirname, 'captures.yaml'), 'utf8')))
/** A message that says no time came then, and others a second after they were sent. */
const ANY_TIME = Date.UTC(2026, 11, 1, 4)

test('there are enough of them, of enough makers', () => {
  expect(captures.length).toBeGreaterThanOrEqual(30)
  for (const { source } of captures) expect(source).toMatch(/^https:\/\//)
})

test.each(captures)('$name', ({ profile, topic, prefix, payload, timezone, readings, rejected = [], left }) => {
  const defined = { [profile]: parse(readFileSync(join(profilesFolder, `${profile}.yaml`), 'utf8')) }
  const profiles = profilesOptions.parse({ use: [{ profile, plant: 'p', line: 'l', prefix }], defined })
  const rules: DecodeRules = { registered: null, settings: { profiles }, timezones: new Map([['p', timezone]]) }
  const times = readings.flatMap(({ ts }) => (ts === undefined ? [] : [Date.parse(ts) + 1000]))
  const arrivedAt = times[0] ?? ANY_TIME
  const found = decodedBy(rules, topic, payload, { arrivedAt })

  expect(found.rejected.map((text) => text.split(':')[0])).toEqual(rejected)
  expect(found.taken.ignoredBy?.rule).toBe(left)
  const expected = readings.map(({ device, metric, value, unit, ts }) => ({
    device,
    metric,
    value: typeof value === 'number' ? expect.closeTo(value, 9) : value,
    unit,
    ts: ts === undefined ? arrivedAt : Date.parse(ts),
    tsAssumed: ts === undefined,
  }))
  expect(found.readings).toMatchObject(expected)
  expect(found.readings).toHaveLength(expected.length)
})

describe('stations of HJ 212', () => {
  /** Source: https://github.com/jinuxx/hj212, src/test/java/com/hj212/T212MapperTest.java, as they stand there. */
  const HOUR =
    '##0285QN=20190925181031464;ST=22;CN=2061;PW=BF470F88957588DE902D1A52;MN=Z13401000010301;Flag=5;CP=&&DataTime=20190924220000;a34006-Avg=2.69700,a34006-Flag=N;a34007-Avg=7.96600,a34007-Flag=N;a34048-Avg=3.30600,a34048-Flag=N;a34047-Avg=7.35700,a34047-Flag=N;a34049-Avg=10.66300,a34049-Flag=N&&C181'
  const REAL_TIME =
    '##0453QN=20160801085000001;ST=22;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=7;CP=&&DataTime=20160801084000;a21005-Rtd=1.1,a21005-Flag=N;a21004-Rtd=112,a21004-Flag=N;a21026-Rtd=58,a21026-Flag=N;LA-td=50.1,LA-Flag=N;a34004-Rtd=207,a34004-Flag=N;a34002-Rtd=295,a34002-Flag=N;a01001-Rtd=12.6,a01001-Flag=N;a01002-Rtd=32,a01002-Flag=N;a01006-Rtd=101.02,a01006-Flag=N;a01007-Rtd=2.1,a01007-Flag=N;a01008-Rtd=120,a01008-Flag=N;a34001-Rtd=217,a34001-Flag=N;&&c0c1'
  /** Source: https://github.com/search?type=code&q=7568770259402+CN%3D2061, a client of a public server. */
  const CHANGED =
    '##0190ST=31;CN=2061;PW=123456;MN=7568770259402;Flag=0;CP=&&DataTime=20221008100000;B02-Min=1.6960,B02-Avg=3.0586,B02-Max=3.7704,B02-Cou=11010.8437;S01-Min=17.7469,S01-Avg=19.4636,S01-Max=19.6944&&7BC0'

  function heard(mn: string, frame: string, arrivedAt: string, more: object = {}) {
    const station = { mn, plant: 'p', line: 'l', device: 'station', ...more }
    const rules: DecodeRules = {
      registered: null,
      settings: { hj212: { stations: [station] } },
      timezones: new Map([['p', 'Asia/Shanghai']]),
    }
    return decodedBy(rules, hj212Topic(mn), frame, { arrivedAt: Date.parse(arrivedAt), ingress: 'hj212' })
  }

  test('one that sends hours alone: five kinds of dust, at the hour', () => {
    const { readings, rejected } = heard('Z13401000010301', HOUR, '2019-09-25T18:10:31+08:00')
    expect(rejected).toEqual([])
    expect(readings.map(({ metric, value }) => `${metric} ${value}`)).toEqual([
      'hj212_a34006_hour_avg 2.697',
      'hj212_a34007_hour_avg 7.966',
      'hj212_a34048_hour_avg 3.306',
      'hj212_a34047_hour_avg 7.357',
      'hj212_a34049_hour_avg 10.663',
    ])
    expect(new Set(readings.map(({ ts }) => ts))).toEqual(new Set([Date.parse('2019-09-24T22:00:00+08:00')]))
  })

  test('a check sum in small letters is refused with what to set, and read when that is set', () => {
    const mn = '010000A8900016F000169DC0'
    const at = '2016-08-01T08:50:00+08:00'
    expect(heard(mn, REAL_TIME, at)).toMatchObject({
      readings: [],
      rejected: [expect.stringMatching(/^hj212_bad_frame: .*set crc: lower/)],
    })
    const { readings, rejected, taken, leftOut } = heard(mn, REAL_TIME, at, { crc: 'lower' })
    expect(rejected).toEqual([])
    expect(readings).toHaveLength(11)
    expect(readings.find(({ metric }) => metric.includes('a34004'))).toMatchObject({ value: 207 })
    // No field of the standard: it is named and counted.
    expect(taken.leftOut).toEqual([{ name: 'LA-td', why: expect.stringMatching(/^no field of this name is known/) }])
    expect(leftOut).toMatchObject({ unknown_field: 1 })
  })

  test('a frame that was changed behind its check sum is refused', () => {
    const { readings, rejected } = heard('7568770259402', CHANGED, '2022-10-08T11:00:00+08:00')
    expect(readings).toEqual([])
    expect(rejected).toEqual([expect.stringMatching(/^hj212_bad_frame: .*ends with the check sum 7BC0/)])
  })
})
