import type { CentreState } from '../../../src/base/management-centre.js'

const states: Readonly<Record<CentreState, string>> = {
  in_use: 'in use',
  partly: 'partly in use',
  stopped: 'data have stopped',
  not_in_use: 'not in use',
  not_offered: 'not offered yet',
}

/** Reasons that forecasts, looks and plans have of their own. */
const reasons: Readonly<Record<string, string>> = {
  off: 'insight.enabled is off',
  pending: 'made within a day',
  too_short: 'fewer days are known than it needs',
  gaps: 'too many days are not known',
  failed: 'it is tried again within an hour',
  not_better_than_naive: 'no better than a naive one',
  nothing_to_shift: 'no load is described as shiftable',
  no_tariff: 'no tariff for tomorrow',
  no_forecast: 'too little is known to expect tomorrow',
  infeasible: 'its constraints cannot be kept',
  nothing_to_gain: 'nothing could be saved tomorrow',
  too_hard: 'no plan was found in time',
}

export const centre = {
  title: 'Functions of an energy and carbon management centre',
  inUse: (count: string, all: string) => `${count} of ${all} in use`,
  note: (document: string) =>
    `Named in ${document}, known from what quotes it: check against the original. In use: figures of today or yesterday prove it.`,
  states,
  reasons,
  on: (day: string) => `(${day})`,
  lastOn: (day: string) => `last on ${day}:`,
  missing: 'Missing:',
  notOffered: 'Not offered by this version:',
  or: ' or ',
  declare: 'Make the declaration',
  declareNote:
    'Puts on record which functions are in use now, and makes a draft of the declaration with architecture, functions and their proof, meters and data quality: as workbook and PDF. It is prepared for the document below: check it against the original. Screenshots are yours to attach.',
  make: 'Put on record and make',
  cancel: 'Cancel',
  by: 'In the name of',
  nameMissing: 'Who says so? The name is kept with it.',
  proposed: 'Put on record as a proposal: make the declaration once somebody else has approved it.',
  indicators: 'Indicators of a zero-carbon factory',
  ofDays: (from: string, to: string) => `${from} to ${to}`,
  noIndicators: 'Make a report of the form “Indicators of a zero-carbon factory”: its figures stand here.',
  document: (version: string) => `Report, version ${version}`,
  outdated: 'data came since',
  indicatorsNote:
    'Names, formulas and values to compare with are known from secondary sources: check against the original. Whether a value applies to this plant is not judged.',
  indicator: 'Indicator',
  value: 'Value',
  basic: 'Basic value',
  leading: 'Leading value',
  indicatorReasons: { not_configured: 'not configured or stated' },
}
