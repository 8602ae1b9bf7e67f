import { describe, expect, it } from 'vitest'
import { bodyOf, FORMS, missingIn } from '../../../dashboards/src/entries/forms.js'
import { ENTERED_TYPES } from '../../../src/base/entries.js'

const asIs = (field: string) => `${field}:00Z`

describe('what an entry says', () => {
  it('has a form for each type, and every form asks who says so', () => {
    for (const type of ENTERED_TYPES) expect(FORMS[type].map(({ id }) => id)).toContain('author')
  })

  it('of a bill people say the last day, and the day after it is sent', () => {
    const typed = {
      metric: 'elec_import_kwh',
      amount: ' 441300.5 ',
      from: '2026-10-01',
      to: '2026-10-31',
      author: 'Li Na',
      document: 'INV-1',
      supplier: '',
    }
    expect(missingIn('bill', typed)).toBeNull()
    expect(bodyOf('bill', typed, asIs)).toEqual({
      type: 'bill',
      metric: 'elec_import_kwh',
      amount: 441300.5,
      from: '2026-10-01',
      to: '2026-11-01',
      author: 'Li Na',
      document: 'INV-1',
    })
  })

  it('of a correction the time is an instant', () => {
    const typed = {
      device: 'main-1',
      metric: 'elec_import_kwh',
      instant: '2026-10-05T08:00',
      before: '10',
      after: '8,5',
      reason: 'misread',
      author: 'Li Na',
    }
    expect(bodyOf('correction', typed, asIs)).toMatchObject({ at: '2026-10-05T08:00:00Z', before: 10, after: 8.5 })
  })

  it('names the first field that is missing, and nothing that was typed for another type is sent', () => {
    expect(missingIn('fuel_used', { fuel: 'diesel', amount: '', unit: 't' })).toBe('amount')
    const typed = { material: 'caco3', t: '12', at: '2026-10-01', author: 'a', document: 'd', fuel: 'diesel' }
    expect(bodyOf('process_input', typed, asIs)).not.toHaveProperty('fuel')
  })
})
