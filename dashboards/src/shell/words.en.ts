import type { AlarmSeverity } from '../../../src/base/alarm.js'
import type { Last, Period } from '../time/range.js'

const last: Readonly<Record<Last, string>> = {
  '1h': 'Last hour',
  '6h': 'Last 6 h',
  '24h': 'Last 24 h',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
  '365d': 'Last 365 days',
}

const periods: Readonly<Record<Period, string>> = { day: 'Day', week: 'Week', month: 'Month', year: 'Year' }

const severities: Readonly<Record<AlarmSeverity, string>> = {
  critical: 'Critical',
  major: 'Major',
  minor: 'Minor',
  warning: 'Warning',
}

/** Words for what surrounds every page: where one can go, and the time that is shown. */
export const frame = {
  severities,
  nav: {
    main: 'Main',
    plants: 'Plants',
    help: 'Help',
    lines: 'Lines',
    skip: 'Skip to content',
    needPerson: (count: string) => `${count} need a person`,
    wall: 'Wall screen',
    leaveWall: 'Leave the wall screen',
  },
  range: {
    label: 'Time range',
    last,
    periods,
    back: 'Earlier',
    on: 'Later',
    choose: 'Choose a time range',
    from: 'From',
    to: 'To',
    show: 'Show',
    wrong: 'The end must be after the beginning.',
    compare: 'vs previous',
    compareLong: 'Show the preceding period of the same length beside it',
    between: (from: string, to: string) => `${from} – ${to}`,
  },
  search: {
    title: 'Search',
    hint: 'Plants, lines, devices, figures',
    none: 'Nothing has this in its name',
    plant: 'plant',
    line: 'line',
    device: 'device',
    figure: 'figure',
    page: 'page',
  },
  keys: {
    title: 'Keys',
    areOn: 'Letters and signs are commands',
    close: 'Close',
    list: {
      '/': 'search',
      '?': 'this list',
      'g o': 'overview',
      'g a': 'alarms',
      'g d': 'devices',
      'g r': 'reports',
      'g g': 'gateway',
      '[': 'earlier',
      ']': 'later',
      c: 'compare with the previous period',
      t: 'dark or light',
      l: 'English or Chinese',
      w: 'wall screen',
      'j k': 'next or previous alarm or figure',
      Space: 'select the alarm',
      a: 'acknowledge alarms',
      s: 'shelve alarms',
      Esc: 'close',
    },
  },
}
