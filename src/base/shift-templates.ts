/** Shifts that plants begin with, as the configuration writes them; each starts on the days on which it is worked in most plants. */
export const SHIFT_TEMPLATES = {
  none: [],
  day: [{ name: 'day', start: '08:00', end: '17:00', days: ['mon', 'tue', 'wed', 'thu', 'fri'] }],
  two: [
    { name: 'early', start: '06:00', end: '14:00', days: ['mon', 'tue', 'wed', 'thu', 'fri'] },
    { name: 'late', start: '14:00', end: '22:00', days: ['mon', 'tue', 'wed', 'thu', 'fri'] },
  ],
  three: [
    { name: 'early', start: '06:00', end: '14:00' },
    { name: 'late', start: '14:00', end: '22:00' },
    { name: 'night', start: '22:00', end: '06:00' },
  ],
} as const

export type ShiftTemplate = keyof typeof SHIFT_TEMPLATES
