import type { CoveredEmissions } from '../../../src/base/options/ets.js'
import type { MonthState } from '../../../src/views/wire/carbon-market.js'

const states: Readonly<Record<MonthState, string>> = {
  open: 'document not frozen',
  frozen: 'waits for attestation',
  attested: 'attested',
  changed: 'frozen again since it was attested',
}

const covered: Readonly<Record<CoveredEmissions, string>> = {
  direct: 'covered: direct emissions',
  direct_and_purchased: 'covered: direct emissions, purchased electricity and heat',
}

/** Reasons for which nothing is projected. */
const reasons: Readonly<Record<string, string>> = {
  off: 'insight.enabled is off',
  pending: 'made within a day',
  no_data: 'no day is known',
  too_short: 'fewer days are known than it needs',
  gaps: 'too many days are not known',
}

export const market = {
  failed: 'The carbon market could not be read.',
  months: 'Months',
  covered,
  off: 'This plant takes part in no carbon market: set ets in its configuration.',
  noMonth: 'No month is over since the first that is watched.',
  month: 'Month',
  state: 'State',
  due: 'Due before',
  by: 'Attested by',
  act: 'Next step',
  states,
  overdue: 'overdue',
  late: 'after its time',
  outdated: 'data came since',
  freeze: 'Freeze document',
  freezing: 'The document is being made: it appears here when it is frozen.',
  attest: 'Attest',
  proposed: 'It waits for a second person, who approves it on the page Entries.',
  attestNote: (month: string, version: string) =>
    `You answer for the data of ${month} as version ${version} of its document has them. It is put on record in your name.`,
  freezeNote: (month: string) =>
    `Figures, readings and originals of ${month} are frozen and signed as the next version of its document.`,
  name: 'Your name',
  role: 'Office',
  nameMissing: 'Say who you are.',
  cancel: 'Cancel',
  document: (version: string) => `version ${version}`,
  allowances: 'Allowances',
  ofYear: (year: string) => `for ${year}, tCO2e`,
  held: 'Held',
  surrendered: 'Surrendered',
  used: 'Emissions so far',
  unknownDays: (count: string) => `${count} days not known`,
  projected: 'Projected for the year',
  between: (low: string, high: string) => `${low} to ${high} in 9 of 10 cases`,
  difference: 'Held less projected',
  price: 'Price',
  value: 'Value of the difference',
  nothingHeld: 'nothing on record as allocated, bought or carried over',
  noPrice: 'no price on record',
  reasons,
  plan: 'Data-quality control plan',
  planSub: 'made from the configuration; a version whenever that part changes',
  version: 'Version',
  inForce: 'In force from',
  changedBy: 'Changed by',
  differences: 'Differences',
  first: 'the first',
  byFile: 'in the file, or nobody signed in',
  more: (count: string) => `and ${count} more`,
  none: '—',
  originals: 'Originals',
  originalsSub: (kept: string, named: string) => `${kept} of ${named} that entries name are kept here`,
  missing: 'Entries of the last two years whose original is not kept here:',
  noneMissing: 'Every entry of the last two years names an original, and each is kept here.',
  noOriginal: 'no original is named',
  note: 'Prepared for the monthly data of the national carbon market of China: check against the original.',
}
