import { describe, expect, test } from 'vitest'
import type { AlarmItem } from '../../../src/base/alarm.js'
import { byCause, sharedCauses } from '../../../src/base/alarm-causes.js'
import { anAlarm } from '../../support/alarm.js'

const T0 = Date.parse('2026-11-24T08:00:00Z')

/** The silence of a device that began so many seconds after T0. */
function silent(device: string, second: number, of: Partial<AlarmItem> = {}): AlarmItem {
  const sinceMs = T0 + second * 1000
  return anAlarm(`device-silence.device.${device}.${sinceMs}`, {
    rule: 'device-silence',
    scope: 'device',
    scope_id: device,
    line: 'press',
    client: `client-${device}`,
    raised_at: new Date(sinceMs + 300_000).toISOString(),
    ...of,
  })
}

const texts = (alarms: readonly AlarmItem[], among?: readonly AlarmItem[]) =>
  byCause(alarms, among).map(({ head, members }) => [head.text.en, head.scope, head.scope_id, members.length])

const SWITCH = Array.from({ length: 51 }, (_, i) => silent(`m${i}`, i * 2))

describe('devices that fall silent together', () => {
  test('are one alarm with its members, at the line that they stand in', () => {
    expect(texts(SWITCH)).toEqual([['51 devices are silent', 'line', 'press', 51]])
    const [{ head }] = byCause(SWITCH) as [ReturnType<typeof byCause>[number]]
    expect(head).toMatchObject({ id: SWITCH[0]!.id, severity: 'minor', raised_at: SWITCH[0]!.raised_at })
    expect(head.text.zh).toBe('51 台设备无数据')
  })

  test('at the plant, when they are of several lines; of the client or broker that speaks for all of them', () => {
    expect(texts([...SWITCH, silent('x', 60, { line: 'paint' })])).toEqual([
      ['52 devices are silent', 'plant', 'p', 52],
    ])
    const of = (client: string) => SWITCH.slice(0, 3).map((alarm) => ({ ...alarm, client }))
    expect(texts(of('hub-1'))).toEqual([['3 devices of client hub-1 are silent', 'line', 'press', 3]])
    expect(texts(of('broker:hall'))[0]![0]).toBe('3 devices behind broker hall are silent')
  })

  test('are not those of another plant, nor fewer than three, nor those of two minutes later', () => {
    const apart = [silent('a', 0), silent('b', 10), silent('c', 131), silent('d', 0, { plant: 'q' })]
    expect(texts(apart).map(([, scope]) => scope)).toEqual(['device', 'device', 'device', 'device'])
    expect(texts([silent('a', 0), silent('a', 30), silent('a', 60)])).toHaveLength(3)
  })

  test('stay together whatever of them is listed, and stand where the first of them stood', () => {
    const other = anAlarm('other')
    const back = [SWITCH[0]!, SWITCH[50]!]
    expect(texts([other, ...back], SWITCH)).toEqual([
      ['other', 'plant', 'p', 1],
      ['2 devices are silent', 'line', 'press', 2],
    ])
    expect(texts([SWITCH[7]!], SWITCH)).toEqual([[SWITCH[7]!.text.en, 'device', 'm7', 1]])
  })

  test('are told to programs by their ids', () => {
    expect(sharedCauses([anAlarm('other'), ...SWITCH])).toEqual([
      {
        plant: 'p',
        scope: 'line',
        scope_id: 'press',
        text: { en: '51 devices are silent', zh: '51 台设备无数据' },
        alarms: SWITCH.map(({ id }) => id),
      },
    ])
  })
})
