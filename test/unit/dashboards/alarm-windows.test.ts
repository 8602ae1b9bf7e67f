import { describe, expect, it } from 'vitest'
import { isAlarmed, spanAround } from '../../../dashboards/src/alarms/windows.js'
import { lastingText } from '../../../dashboards/src/format.js'
import { anAlarm as alarm } from '../../support/alarm.js'
import { hourPoint } from './point.js'

const HOUR = 3_600_000
const at = (hour: number) => Date.UTC(2026, 10, 24, hour)
const iso = (hour: number) => new Date(at(hour)).toISOString()
/** Outside from the window of 16:00 on, which is raised at its end; inside again in that of 18:00. */
const active = alarm(`nox.device.boiler-2.${at(16)}`, { raised_at: iso(17), window: '1h' })
const cleared = { ...active, cleared_at: iso(19) }
const windowAt = (hour: number) => hourPoint(hour, 160)

describe('the windows around an alarm', () => {
  it('are eleven before it and all since, as long as it is active', () => {
    expect(spanAround(active, '1h', at(20))).toEqual({ fromMs: at(5), toMs: at(20) })
  })

  it('end a few windows after it is cleared', () => {
    expect(spanAround(cleared, '1h', at(23))).toEqual({ fromMs: at(5), toMs: at(22) })
  })

  it('of one that has lasted for a month are those of its beginning', () => {
    const { fromMs, toMs } = spanAround(active, '1h', at(16) + 700 * HOUR)
    expect([fromMs, (toMs - fromMs) / HOUR]).toEqual([at(5), 48])
  })

  it('belong to it from the first one outside to the one before that which cleared it', () => {
    expect([15, 16, 17, 18].map((hour) => isAlarmed(cleared, windowAt(hour)))).toEqual([false, true, true, false])
    expect(isAlarmed(active, windowAt(18))).toBe(true)
  })
})

describe('how long it lasts', () => {
  it.each([
    [12_000, '12 s'],
    [59 * 60_000 + 59_000, '59 min 59 s'],
    [HOUR, '1 h'],
    [13 * HOUR + 37 * 60_000, '13 h 37 min'],
    [49 * HOUR, '2 days'],
    [-5_000, '0 s'],
  ])('%s ms is %s', (ms, text) => {
    expect(lastingText(ms, 'en')).toBe(text)
  })
})
