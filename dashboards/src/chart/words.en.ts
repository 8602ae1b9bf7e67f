import type { RestatementReason } from '../../../src/base/records.js'
import type { FigureGroup } from '../plant/figure-groups.js'

const restatedBy: Readonly<Record<RestatementReason, string>> = {
  replay: 'read again',
  late_data: 'late data',
  matching: 'contracts matched anew',
  configuration: 'configuration',
  correction: 'correction',
  factors: 'newer factors',
  rules: 'newer calculation rules',
}

export const legend = {
  limit: 'limit',
  target: 'target',
  estimated: 'estimated',
  provisional: 'provisional',
  gap: 'no data',
  late: 'late, computed anew',
  restated: 'restated',
  before: 'previous period',
  note: 'event',
  label: 'Marks',
}

const groups: Readonly<Record<FigureGroup, string>> = {
  electricity: 'Electricity',
  cost: 'Cost and tariff periods',
  states: 'Energy and emissions by machine state',
  carriers: 'Other energy and water',
  intensity: 'For each unit, and against a baseline',
  carbon: 'Carbon',
  stacks: 'Stacks',
  machines: 'Machines and robots',
  quality: 'Quality',
  data: 'Data quality',
}

export const chart = {
  kpi: 'Figure',
  window: 'Window',
  showTable: 'Show as a table',
  showChart: 'Show as a chart',
  saveCsv: 'Save as CSV',
  savePng: 'Save as a picture',
  stepOut: 'Zoom out',
  keys: 'Arrow keys move the cursor, Home and End go to the ends, plus zooms in and minus out.',
  sum: 'Sum',
  highest: 'Highest',
  lowest: 'Lowest',
  coverage: 'coverage',
  estimated: 'estimated',
  provisional: 'provisional',
  final: 'final',
  over: 'so far',
  windowsThatAreOver: 'Both up to the last window that is over',
  rev: (rev: string) => `rev ${rev}`,
  restated: (before: string, reason: string) => `was ${before}, ${reason}`,
  restatedBy,
  nothing: 'No windows in this time yet',
  notCalculated: (window: string) => `not calculated for ${window}`,
  tooFine: (window: string) => `too many windows of ${window} in this range`,
  events: {
    downtime: 'downtime',
    orderStart: 'order begins',
    orderEnd: 'order ends',
    meterReplaced: 'meter replaced',
    calibrated: 'calibration passed',
    notCalibrated: 'calibration failed',
  },
  choose: 'Choose a figure',
  find: 'Part of a name',
  notHere: (count: string) => `${count} figures that this plant does not have are not listed`,
  groups,
}

export const table = {
  time: 'Time',
  value: 'Value',
  coverage: 'Coverage',
  estimated: 'Estimated',
  state: 'State',
  notes: 'Flags, reasons, events',
  rev: 'Rev',
  difference: 'Difference',
}
