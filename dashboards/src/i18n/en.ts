import type { KpiFlag } from '../../../src/base/flags.js'
import type { Pillar, Window } from '../../../src/base/kpi.js'
import type { NullReason } from '../../../src/base/reasons.js'
import type { State } from '../../../src/base/states.js'
import type { DeviceState } from '../../../src/base/wire.js'
import { alarms } from '../alarms/words.en.js'
import { chart, legend, table } from '../chart/words.en.js'
import { connect } from '../devices/connect.en.js'
import { quarantine } from '../devices/quarantine.en.js'
import { devices } from '../devices/words.en.js'
import { gateway } from '../gateway/words.en.js'
import { newcomers } from '../newcomers/words.en.js'
import { overview } from '../overview/words.en.js'
import { energy } from '../plant/energy.en.js'
import { machines } from '../plant/machines.en.js'
import { account } from '../shell/account.en.js'
import { frame } from '../shell/words.en.js'

const reasons: Readonly<Record<NullReason, string>> = {
  no_data: 'no data received',
  no_denominator: 'nothing to measure',
  low_coverage: 'too little data',
  low_sample: 'too few samples',
  no_factor: 'no emission factor',
  bad_config: 'not configured',
  days_gone: 'days no longer kept',
  o2_invalid: 'oxygen reading invalid',
  taken_back: 'taken back: devices stood elsewhere',
}

const flags: Readonly<Record<KpiFlag, string>> = {
  approx: 'approximation',
  estimated: 'estimated in part',
  counter_reset: 'register restarted',
  counter_rollover: 'register rolled over',
  counter_glitch: 'impossible reading skipped',
  counter_backstep: 'register stepped back',
  implausible_rate: 'implausible rate skipped',
  gap_unallocated: 'long silence, not spread',
  count_mismatch: 'piece counts do not add up',
  unknown_state: 'unknown state word',
  out_of_expected_range: 'outside the expected range',
  pbt_derived: 'planned time derived',
  co2_only: 'CO2 alone',
  factor_from_memory: 'factor not checked',
  factor_year_mismatch: 'factor of another year',
  ts_assumed: 'time of arrival assumed',
  restated: 'restated',
  clock: 'device clock not trusted',
}

const windows: Readonly<Record<Window, string>> = {
  '1m': '1 min',
  '15m': '15 min',
  '1h': '1 h',
  '1d': '1 day',
  '1mo': '1 month',
  shift: 'shift',
}

const states: Readonly<Record<DeviceState, string>> = { online: 'online', stale: 'stale', offline: 'offline' }

const machineStates: Readonly<Record<State, string>> = {
  PRODUCING: 'producing',
  SETUP: 'setup',
  IDLE_STARVED: 'starved',
  IDLE_BLOCKED: 'blocked',
  HELD: 'held',
  DOWN_FAULT: 'fault',
  IDLE_NO_ORDER: 'no order',
  PLANNED_STOP: 'planned stop',
  BREAK: 'break',
  PM: 'maintenance',
  OFF: 'off',
  UNKNOWN: 'unknown',
}

const pillars: Readonly<Record<Pillar, string>> = {
  green: 'Green',
  intelligent: 'Intelligent',
  high_end: 'High-end',
}

const pillarSubjects: Readonly<Record<Pillar, string>> = {
  green: 'energy, carbon, emissions',
  intelligent: 'robots, equipment',
  high_end: 'quality',
}

/** Every word of the dashboards. English is the shape: a key that Chinese lacks does not compile. */
export const en = {
  ...frame,
  account,
  alarms,
  gateway,
  ...machines,
  ...overview,
  energy,
  product: 'Greengauge',
  loading: 'Loading',
  reasons,
  flags,
  windows,
  states,
  machineStates,
  delayed: (state: string) => `Delay: ${state}`,
  pillars,
  pillarSubjects,
  settings: {
    switchLanguage: '切换到中文',
    toDark: 'Dark theme',
    toLight: 'Light theme',
  },
  link: {
    live: 'Live',
    connecting: 'Connecting',
    lost: 'Not connected',
    behind: (lag: string) => `${lag} behind`,
    lostTitle: 'Connection to the gateway lost',
    neverTitle: 'No connection to the gateway',
    standAsOf: (time: string) => `Figures stand as of ${time}.`,
    nextTry: (seconds: string) => `Next try in ${seconds} s.`,
    trying: 'Trying now.',
    tryNow: 'Try now',
    again: 'Connected again',
    nothingMissing: 'Nothing missing.',
    readAgain: 'All figures have been read again.',
  },
  plant: {
    coverage: 'Coverage',
    devices: 'Devices',
    newest: 'Newest',
    ago: (age: string) => `${age} ago`,
    unconfigured: 'not configured',
    eachInItsOwnTime: 'Sums are bars, ratios are lines. Each plant in its own time.',
    unknown: 'There is no such plant',
    pages: 'Pages of this plant',
    unknownHint: 'The gateway has neither configuration nor messages of it.',
  },
  legend,
  chart,
  table,
  robots: {
    title: 'Robots by state',
    ofPlanned: 'Availability',
    ofCalendar: 'Of calendar time',
    cycles: 'Cycles',
    microstops: 'Microstops',
    covered: (share: string) => `${share} known`,
    robotsOnly: 'robots only',
    fullBar: (time: string) => `a full bar is ${time}`,
  },
  stacks: {
    title: 'Stacks',
    all: 'All stacks',
    limit: 'limit',
    figures: { hour: 'hour', day: 'mean', mass: 'mass' },
    means: 'means as measured',
    meansAtReference: 'means at reference O2 where a limit holds',
    atReference: 'Limits of',
    highestHour: 'highest hour',
    highestHourAt: (time: string) => `highest hour, ${time}`,
    hoursAbove: (hours: string) => `${hours} h above a limit in this time`,
    covered: (share: string) => `${share} of the time covered`,
    note: (of: string, what: string) => `${of}: ${what}`,
    pollutants: { nox: 'NOx', so2: 'SO2', pm: 'PM', co: 'CO' },
  },
  devices,
  newcomers,
  quarantine,
  connect,
  empty: {
    noPlants: 'No message yet',
    noPlantsHint: 'Send one to see the page fill:',
    nothingOf: {
      energy: 'No reading from this plant yet',
      emissions: 'No reading from a stack yet',
      robot: 'No state of a robot yet',
    },
    filling: 'Its day is being filled.',
    fillingHint:
      'Simulated devices send the last day of this plant behind that of the others: within a few minutes its figures are here.',
    fillingNow: 'Waiting for its first message',
    listening: (port: string) => `Listening on ${port}, waiting for the first message`,
    notListening: 'Not connected: the page cannot see messages now',
    copy: 'Copy the command',
    copied: 'Copied',
  },
  error: {
    chart: 'This chart could not be loaded',
    page: 'This page could not be loaded',
    plants: 'The plants could not be loaded',
    catalogue: 'The list of figures could not be loaded',
    history: 'History not loaded',
    noAnswer: 'The gateway does not answer.',
    others: 'Other cards are not affected.',
    retry: 'Retry',
    pageAway:
      'The gateway does not answer, and this page has not been opened before. It opens by itself as soon as the gateway is there again.',
  },
}

export type Dictionary = typeof en
