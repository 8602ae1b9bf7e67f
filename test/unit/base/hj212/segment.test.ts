import { describe, expect, test } from 'vitest'
import { fieldsOf, readSegment, writeSegment } from '../../../../src/base/hj212/segment.js'

const read = (text: string) => readSegment(Buffer.from(text))

describe('a data segment of HJ 212', () => {
  test('its head is what stands before CP, its groups what stands between the &&', () => {
    const text = 'QN=20240101000000000;ST=31;CN=2011;Flag=5;CP=&&DataTime=20240101000000;a19001-Rtd=6.1,a19001-Flag=N&&'
    const { head, groups } = read(text)
    expect([...head.keys()]).toEqual(['QN', 'ST', 'CN', 'Flag'])
    expect(groups).toEqual(['DataTime=20240101000000', 'a19001-Rtd=6.1,a19001-Flag=N'])
    expect(writeSegment([...head], groups)).toBe(text)
  })

  test('one with nothing in its CP, or without one, has no groups', () => {
    expect(read('ST=91;CN=9014;CP=&&&&').groups).toEqual([])
    expect(read('ST=91;CN=9014;CP=&&&&').head.get('CN')).toBe('9014')
    expect(read('ST=91;CN=9015').head.get('CN')).toBe('9015')
    expect(read('').head.size).toBe(0)
  })

  test('a factor may be spread over groups, as data loggers of 2005 do it', () => {
    const { plain, factors } = fieldsOf(['DataTime=20171219115817', '02-Rtd=3.5,02-Flag=D', '02-ZsRtd=4.5'])
    expect([...plain]).toEqual([['DataTime', '20171219115817']])
    expect([...factors.get('02')!]).toEqual([
      ['Rtd', '3.5'],
      ['Flag', 'D'],
      ['ZsRtd', '4.5'],
    ])
  })

  test('of a field that comes twice the first counts; a code may have a dash', () => {
    const { factors, repeated } = fieldsOf([
      'a19001-Rtd=6.1,a19001-Rtd=7',
      'Nh3-scr-Rtd=4.1',
      'Nh3-scr-Rtd=4.1',
      '-Rtd=1',
    ])
    expect(repeated).toEqual(['a19001-Rtd'])
    expect(factors.get('a19001')?.get('Rtd')).toBe('6.1')
    expect(factors.get('Nh3-scr')?.get('Rtd')).toBe('4.1')
    expect(factors.size).toBe(2)
  })
})
