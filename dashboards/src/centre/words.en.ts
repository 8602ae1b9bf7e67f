import type { CentreState } from '../../../src/views/wire/centre-functions.js'

const states: Readonly<Record<CentreState, string>> = {
  in_use: 'in use',
  partly: 'partly in use',
  stopped: 'data have stopped',
  not_in_use: 'not in use',
  not_offered: 'not offered yet',
}

/** Proofs that are no figures. */
const proofs: Readonly<Record<string, string>> = {
  forecasts: 'forecasts that beat naive ones',
  anomalies: 'daily look for anomalies',
  load_plan: "tomorrow's load plan",
  targets: 'targets',
  energy_budget: 'energy against a budget or target',
  carbon_budget: 'emissions against a budget, target or allowance',
  allowance: 'emissions against the allowance',
  ledger: 'signed entries of the ledger',
  frozen_reports: 'frozen reports',
  sector_benchmarks: 'values of the sector',
  lot_footprint: 'footprint of each lot',
  supplier_footprints: 'footprints of suppliers',
  certificate_register: 'register of certificates',
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
  proofs,
  reasons,
  on: (day: string) => `(${day})`,
  lastOn: (day: string) => `last on ${day}:`,
  missing: 'Missing:',
  notOffered: 'Not offered by this version:',
  or: ' or ',
}
