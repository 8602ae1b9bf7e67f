import { describe, expect, test } from 'vitest'
import { frameFaults, readFrame, SEGMENT_BYTES_MAX, writeFrame } from '../../../../src/base/hj212/frame.js'
import { readSegment } from '../../../../src/base/hj212/segment.js'

const read = (frame: string) => readFrame(Buffer.from(frame))

/** The example in the annex of HJ 212-2017, as public repositories reproduce it. */
const ANNEX =
  '##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80'
/** A frame that public code for data loggers quotes, and that no receiver should take. */
const QUOTED = [
  '##0428QN=20190630144452444;ST=32;CN=2011;PW=123456;MN=888888800000020123456781;Flag=4;CP=&&DataTime=20190630141200',
  ...['a21026-Rtd=1.0000,a21026-ZsRtd=2.0000,a21026-Flag=N', 'a21002-Rtd=3.0000,a21002-ZsRtd=4.0000,a21002-Flag=N'],
  ...[
    'a34013-Rtd=5.0000,a34013-ZsRtd=6.0000,a34013-Flag=N',
    'a01011-Rtd=7,a01011-Flag=N',
    'a19001-Rtd=9,a19001-Flag=N',
  ],
  ...['a01012-Rtd=10,a01012-Flag=N', 'a01013-Rtd=11,a01013-Flag=N', 'a00000-Rtd=12,a00000-Flag=N'],
  'a01014-Rtd=8,a01014-Flag=N&&0b40',
].join(';')

describe('a frame of HJ 212', () => {
  test('O1, HJ 212-2017: the segment of the annex has 101 bytes and the check sum 1C80', () => {
    const frame = read(ANNEX)
    expect(frame).toMatchObject({ length: 101, declaredLength: 101, crc: '1C80', declaredCrc: '1C80' })
    const { head, groups } = readSegment(frame!.segment)
    expect(head.get('MN')).toBe('010000A8900016F000169DC0')
    expect(groups).toEqual(['RtdInterval=30'])
    expect(frameFaults(frame!)).toEqual([])
  })

  test('O2, public sample: it declares 428 bytes and has 431, ends with 0B40 and has B8C1', () => {
    const frame = read(QUOTED)
    expect(frame).toMatchObject({ declaredLength: 428, length: 431, declaredCrc: '0B40', crc: 'B8C1' })
    expect(frameFaults(frame!)).toEqual([expect.stringContaining('428'), expect.stringContaining('0B40')])
  })

  test('one letter that changed on its way changes the check sum', () => {
    expect(read(ANNEX.replace('Interval=30', 'Interval=31'))?.crc).not.toBe('1C80')
  })

  test('letters outside ASCII count by their bytes', () => {
    expect(read('##0003厂FFFF')).toMatchObject({ declaredLength: 3, length: 3 })
  })

  test('what has no ## and four digits, or no room for a check sum, is no frame', () => {
    for (const text of ['', '##', '##12', '#0101QN=1&&1C80', '##01x1QN=1&&1C80', '##0001A80'])
      expect(read(text)).toBeNull()
  })

  test('it is written as it is read', () => {
    const segment = ANNEX.slice('##0101'.length, -'1C80'.length)
    expect(Buffer.from(writeFrame(segment)).toString()).toBe(`${ANNEX}\r\n`)
    expect(Buffer.from(writeFrame(segment, 'lower')).toString()).toBe(`${ANNEX.replace('1C80', '1c80')}\r\n`)
    expect(() => writeFrame('x'.repeat(SEGMENT_BYTES_MAX + 1))).toThrow(RangeError)
  })

  test('every single flipped bit shows: in the head, the length, the check sum, or the case of its letters', () => {
    const bytes = Buffer.from(ANNEX)
    const unseen: number[] = []
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const flipped = Uint8Array.from(bytes)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      const frame = readFrame(flipped)
      if (frame !== null && frameFaults(frame).length === 0 && frame.crcLetters === 'upper') unseen.push(bit)
    }
    expect(unseen).toEqual([])
  })
})
