import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { alarmsCsv } from '../../../dashboards/src/alarms-csv.js'
import { alarm } from './alarm.js'

const rowsOf = (text: string) => parse(text, { columns: true, bom: true }) as Record<string, string>[]

describe('the alarms as a file', () => {
  it('have a line each, with what was said', () => {
    const noted = alarm('a', {
      value: 158.2,
      limit: 150,
      acked_by: 'Li, Wei',
      notes: [
        { at: '2026-11-24T08:31:00Z', by: 'Li, Wei', text: 'chiller 3 "goes off"\nat 16:40' },
        { at: '2026-11-24T08:40:00Z', by: null, text: 'corrected' },
      ],
    })
    expect(rowsOf(alarmsCsv([noted, alarm('b')], 'en'))).toMatchObject([
      {
        id: 'a',
        value: '158.2',
        limit: '150',
        started: '2026-11-24T08:00:00Z',
        acknowledged_by: 'Li, Wei',
        notes: '2026-11-24T08:31:00Z Li, Wei: chiller 3 "goes off"\nat 16:40\n2026-11-24T08:40:00Z gateway: corrected',
      },
      { id: 'b', cleared: '' },
    ])
  })

  it.each(['=cmd()', '+1', '-1', '@sum', '\t=1'])('what somebody has written is never a formula: %s', (text) => {
    const [row] = rowsOf(alarmsCsv([alarm('a', { acked_by: text })], 'en'))
    expect(row!.acknowledged_by).toBe(`'${text}`)
  })

  it('a number below zero stays one', () => {
    expect(rowsOf(alarmsCsv([alarm('a', { value: -4 })], 'en'))[0]!.value).toBe('-4')
  })
})
