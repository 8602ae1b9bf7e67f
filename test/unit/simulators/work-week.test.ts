import { describe, expect, it } from 'vitest'
import { minuteOf } from '../../../simulators/plants/description.js'
import { dresden } from '../../../simulators/plants/dresden.js'
import { monterrey } from '../../../simulators/plants/monterrey.js'
import { suzhou } from '../../../simulators/plants/suzhou.js'

const [MON, FRI, SAT, SUN] = [1, 5, 6, 7]

describe('the week of a plant', () => {
  it.each([
    ['Suzhou on Monday morning, before anybody is there', suzhou, MON, '07:59', 'night'],
    ['Suzhou at the start of its day shift', suzhou, MON, '08:00', 'shift'],
    ['Suzhou in its break', suzhou, MON, '12:00', 'pause'],
    ['Suzhou after its break', suzhou, MON, '12:45', 'shift'],
    ['Suzhou at night, with a small crew', suzhou, MON, '20:00', 'reduced'],
    ['Suzhou on Saturday, in the rest of that night', suzhou, SAT, '07:59', 'reduced'],
    ['Suzhou on Saturday evening', suzhou, SAT, '20:00', 'night'],
    ['Suzhou on Sunday', suzhou, SUN, '00:00', 'closed'],
    ['Dresden on Friday night', dresden, FRI, '23:59', 'shift'],
    ['Dresden in the break of that night', dresden, SAT, '02:15', 'pause'],
    ['Dresden on Saturday, in the last minute of that night', dresden, SAT, '05:59', 'shift'],
    ['Dresden on Saturday', dresden, SAT, '06:00', 'closed'],
    ['Dresden on Monday, when the furnaces are heated up', dresden, MON, '05:59', 'night'],
    ['Monterrey at the end of its second shift', monterrey, SAT, '22:29', 'shift'],
    ['Monterrey after it', monterrey, SAT, '22:30', 'night'],
    ['Monterrey on Sunday', monterrey, SUN, '12:00', 'closed'],
  ])('%s', (_, plant, weekday, time, mode) => {
    expect(plant.model.week.modeAt(weekday, minuteOf(time))).toBe(mode)
  })

  it('has no beginning: an hour before Monday is Sunday', () => {
    expect(suzhou.model.week.modeAt(MON, -60)).toBe('closed')
    expect(dresden.model.week.modeAt(SAT, -60)).toBe('shift')
  })
})
