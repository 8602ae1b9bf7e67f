import type { AlarmSeverity } from '../../../src/base/alarm.js'
import type { Window } from '../../../src/base/kpi.js'
import type { TileKpi } from '../tiles/tiles.js'

// Shorter than in the catalogue: eight stand in a row.
const names: Readonly<Record<TileKpi | 'pollutant_ref_mean_nox', string>> = {
  energy_elec_import: 'Electricity',
  peak_demand_15: '15-min demand',
  carbon_total_lb: 'CO2e, location-based',
  pollutant_mean_nox: 'NOx, measured',
  pollutant_ref_mean_nox: 'NOx at ref. O2',
  oee: 'OEE',
  robot_util_calendar: 'Robots, calendar',
  fpy: 'First-pass yield',
  cpk: 'Cpk, lowest',
}

/** Words for what a figure is compared with, by its window. */
const against: Readonly<Record<Window | 'range', (before: string) => string>> = {
  range: (before) => `against ${before} in as long a time before`,
  '1m': (before) => `against ${before} in the minute before`,
  '15m': (before) => `against ${before} in the quarter of an hour before`,
  '1h': (before) => `against ${before} in the hour before`,
  '1d': (before) => `against ${before} on the day before`,
  '1mo': (before) => `against ${before} in the month before`,
  shift: (before) => `against ${before} in the shift before`,
}

const some: Readonly<Record<AlarmSeverity, (count: string) => string>> = {
  critical: (count) => `${count} critical`,
  major: (count) => `${count} major`,
  minor: (count) => `${count} minor`,
  warning: (count) => `${count} ${count === '1' ? 'warning' : 'warnings'}`,
}

/** The overview, its tiles and the screen on the wall. */
export const overview = {
  tile: {
    names,
    against,
    againstHours: (hours: number, before: string) =>
      hours === 1
        ? `the first hour of today against the same of yesterday, ${before}`
        : `the ${hours} whole hours of today against the same of yesterday, ${before}`,
    points: (number: string) => `${number} pp`,
    was: (before: string) => `was ${before}`,
    up: 'up',
    down: 'down',
    today: 'today',
    thisHour: 'this hour',
    since: (time: string) => `since ${time}`,
    raisedAt: (value: string) => `raised at ${value}`,
    raisedAndLatest: (raised: string, value: string) => `${raised}, latest final ${value}`,
    limit: (value: string) => `limit ${value}`,
    target: (value: string) => `target ${value}`,
    budget: (value: string) => `budget ${value}`,
    plan: (value: string) => `planned ${value}`,
    missed: {
      limit: (value: string) => `above ${value}`,
      target: (value: string) => `below ${value}`,
      budget: (value: string) => `above ${value}`,
      plan: (value: string) => `below ${value}`,
    },
    estimated: (share: string) => `est. ${share}`,
    old: (age: string) => `${age} old`,
    waiting: 'waiting for data',
    absent: 'not measured',
    noFactor: 'no factor',
    none: 'no figure of this time',
    nothingPlanned: 'nothing planned',
    open: (name: string) => `Show ${name} as a chart`,
  },
  factor: {
    add: 'Add a factor',
    title: 'Add an emission factor',
    why: (plant: string) =>
      `No emission factor of the gateway holds for the electricity of ${plant} now. Give the plant one, with a value for each pair of brackets: in the configuration file, which is then read again by systemctl reload greengauge (SIGHUP), or on the page Configuration. A restart is not needed. If a table of the gateway has the region, grid_region alone is enough.`,
    value: '<kg per kWh>',
    validFrom: '<first day, like 2026-01-01>',
    published: '<day on which it was published>',
    source: '<where it can be looked up>',
    check: 'Which others are missing, and all names of activities:',
  },
  simulators: {
    ended: (code: string) =>
      `The simulated devices have ended (exit code ${code}), and nothing new comes. The log of the gateway says why; a start of the demo starts them again.`,
  },
  needs: {
    title: 'Needs a person',
    unacked: (count: string) => `${count} unacknowledged`,
    acked: (count: string) => `${count} acknowledged`,
    all: 'Open alarms',
    more: (count: string) => `${count} more`,
    nothing: 'Nothing needs a person',
    online: (count: string) => (count === '1' ? '1 device online' : `${count} devices online`),
    last: (what: string, plant: string) => `last: ${what}, ${plant}`,
    since: (time: string, length: string) => `since ${time}, ${length}`,
    shelved: (count: string) => `${count} shelved`,
    cleared: (count: string) => `${count} over, not acknowledged`,
    unread: 'The alarms have not been read yet',
    longerThan: (time: string) => `longer than ${time}`,
    unwatched: 'not watched now',
    acknowledge: 'Acknowledge',
    acknowledging: 'Acknowledging',
    acknowledged: 'Acknowledged',
    nameRequired: 'Opens the alarm: it is acknowledged in a name',
    noteRequired: 'Opens the alarm: a name and a note are required for Major and above',
    failed: (detail: string) => `Not acknowledged: ${detail}`,
    ageTitle: (time: string) => `since ${time}`,
    some,
  },
  order: {
    label: 'Most urgent first',
    noAlarms: 'no alarms',
    acked: 'acknowledged',
  },
  first: {
    connect: 'Connect a device',
    begun: (count: number) =>
      `${count === 1 ? '1 device has' : `${count} devices have`} sent. A figure needs two readings.`,
    hint: 'The page leads through address, topic and first message.',
    configure: 'Set up a plant',
    configureHint: 'A few answers on one page, and a look at what is written.',
    notice: 'The gateway knows no plant yet: set it up',
  },
  wall: {
    paused: 'paused',
    pause: 'Space pauses',
    go: 'Space goes on',
    held: 'stays while an alarm needs a person',
    plants: 'Plants in turn',
  },
}
