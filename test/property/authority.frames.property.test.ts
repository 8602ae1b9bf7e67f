import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type FrameSender, framedPartsOf, type StackMessage, sendingOf } from '../../src/authority/message.js'
import { HJ212_POLLUTANTS } from '../../src/base/hj212/codes.js'
import { EDITIONS } from '../../src/base/hj212/flag.js'
import { frameFaults, readFrame, writeFrame } from '../../src/base/hj212/frame.js'
import { fieldsOf, readSegment } from '../../src/base/hj212/segment.js'
import { readWallTime } from '../../src/base/hj212/time.js'
import { framed, taken } from '../support/authority-server.js'

const sender: fc.Arbitrary<FrameSender> = fc.record({
  st: fc.constantFrom('31', '27'),
  mn: fc.stringMatching(/^[0-9A-Z]{1,24}$/),
  password: fc.stringMatching(/^[0-9A-Za-z]{1,9}$/),
  edition: fc.constantFrom(...EDITIONS),
})
const value = fc.double({ min: -1e9, max: 1e9, noNaN: true })
const message: fc.Arbitrary<StackMessage> = fc.record({
  period: fc.constantFrom('real_time', 'minute', 'hour', 'day'),
  timeMs: fc.integer({ min: 946_684_800, max: 4_102_444_800 }).map((s) => s * 1000),
  quantities: fc.subarray([...HJ212_POLLUTANTS], { minLength: 1 }).chain((some) =>
    fc.tuple(
      ...some.map((of) =>
        fc.record({
          of: fc.constant(of),
          values: fc
            .subarray(['Cou', 'Min', 'Avg', 'Max', 'ZsAvg'])
            .chain((fields) => fc.tuple(...fields.map((field) => fc.tuple(fc.constant(field), value)))),
          flag: fc.constantFrom('N', 'F', 'B', 'D'),
        }),
      ),
    ),
  ),
})

test('the vector O1 of the standard comes out of both writers and goes into both readers', () => {
  const segment =
    'QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&'
  const frame = `##0101${segment}1C80\r\n`
  expect(Buffer.from(writeFrame(segment)).toString()).toBe(frame)
  expect(framed(segment)).toBe(frame)
  expect(taken(frame.trimEnd())).toMatchObject({ head: { CN: '1062' }, fields: { RtdInterval: '30' } })
})

test('every frame is sound for our own reader and for a foreign one, and its parts say all of the message once', () => {
  fc.assert(
    fc.property(message, sender, fc.integer({ min: 946_684_800_000, max: 4_102_444_800_000 }), (said, as, qnMs) => {
      const heard = new Map<string, string>()
      for (const [i, groups] of framedPartsOf(said, as).entries()) {
        const { qn, frame } = sendingOf(said.period, groups, as, qnMs + i)
        const text = Buffer.from(frame).toString('latin1')
        expect(taken(text.trimEnd())).toMatchObject({ head: { QN: qn, MN: as.mn, PW: as.password } })
        const ours = readFrame(Buffer.from(text.trimEnd()))!
        expect(frameFaults(ours)).toEqual([])
        expect(ours.length).toBeLessThanOrEqual(1024)
        const { factors, plain } = fieldsOf(readSegment(ours.segment).groups)
        expect(readWallTime(plain.get('DataTime')!)).toBe(said.timeMs)
        expect(readWallTime(qn)).toBe(qnMs + i)
        for (const [code, fields] of factors) {
          for (const [field, text] of fields) {
            expect(heard.has(`${code}-${field}`)).toBe(false)
            heard.set(`${code}-${field}`, text)
          }
        }
      }
      const meant = said.quantities.flatMap(({ of, values, flag }) => {
        const code = as.edition === '2005' ? of.code2005 : of.code
        return [[`${code}-Flag`, flag], ...values.map(([field, number]) => [`${code}-${field}`, number])] as const
      })
      expect([...heard.keys()].sort()).toEqual(meant.map(([name]) => name).sort())
      for (const [name, of] of meant) {
        if (typeof of === 'string') expect(heard.get(name as string)).toBe(of)
        else expect(Math.abs(Number(heard.get(name as string)) - (of as number))).toBeLessThanOrEqual(0.000051)
      }
    }),
    { numRuns: 300 },
  )
})
