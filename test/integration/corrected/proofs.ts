/** The rules, and the views, whose figures were wrong, and the test that holds each of them to what is right. */

/** A test by its file below the root and its full name. */
export interface Proof {
  readonly file: string
  readonly test: string
}

const CARBON = 'test/integration/corrected/carbon.test.ts'
const RULES = 'test/integration/corrected/rules.test.ts'
const POWER = 'test/integration/corrected/power.test.ts'
const PAGES = 'test/integration/corrected/pages.test.ts'
const EDITIONS = 'test/unit/audit/report-editions.test.ts'
const CHECKS = 'test/unit/audit/checks.test.ts'
const MONTH = 'test/unit/kpi/calendar-month.test.ts'

/** Rules of the specification (A), and reports, pages and cards that said something else than the engine (B). */
export const PROOFS: Readonly<Record<string, { readonly what: string; readonly proofs: readonly Proof[] }>> = {
  A1: {
    what: 'contracts are matched over their period',
    proofs: [
      {
        file: CARBON,
        test: 'a contract of a month covers .60 of a plant that works by day: 180 t by the market, in the month and the report',
      },
    ],
  },
  A2: {
    what: 'one grid factor a calendar year',
    proofs: [
      { file: CARBON, test: 'a report of 2024 of 366 MWh in China is 196,395.6 kg: one factor for the whole year' },
    ],
  },
  A3: {
    what: 'actual delay time includes faults',
    proofs: [
      { file: RULES, test: 'a fault is delay: technical efficiency 0.7142857143, allocation 1, utilization 0.625' },
    ],
  },
  A4: {
    what: 'measured CO2 is corrected like any pollutant',
    proofs: [
      { file: RULES, test: 'measured CO2 is dried, and follows from a velocity: 2,454 kg, not 1,963' },
      { file: RULES, test: 'what is measured of a stack is its mass of CO2, to the last bit' },
    ],
  },
  A5: {
    what: "steam of the plant's own boiler is not counted beside its gas",
    proofs: [{ file: RULES, test: 'steam of an own boiler is not added to its gas: 1.213 tce, not 2.516' }],
  },
  A6: {
    what: 'a day of 19 valid hours has no mean',
    proofs: [{ file: RULES, test: 'a day with 19 valid hours has no mean, one with 20 has one' }],
  },
  A7: {
    what: 'the renewable share lies in 0 to 1',
    proofs: [
      { file: CARBON, test: 'a plant that charges a battery from its roof is all renewable, not two and a half times' },
    ],
  },
  A8: {
    what: 'demand is billed by the mode that is configured',
    proofs: [{ file: RULES, test: 'demand is billed by its mode, which slides in China: 12,000, not 6,512' }],
  },
  A9: {
    what: 'the first result of a serial number is its first attempt',
    proofs: [{ file: RULES, test: 'the first result of a part at a step is its first attempt: .5, not .667' }],
  },
  A10: {
    what: 'machines are never given more than the plant emits',
    proofs: [
      { file: CARBON, test: 'machines that use 100 kWh of which the roof made 50 are given the 26.53 kg of the plant' },
    ],
  },
  A11: {
    what: 'named coals have their own heating value',
    proofs: [{ file: RULES, test: 'named coals have the coal equivalent of their own heating value' }],
  },
  A12: {
    what: 'regime us takes 20.9 % oxygen',
    proofs: [{ file: RULES, test: 'regime us reckons with 20.9 % of oxygen: 164.22, not 163.64' }],
  },
  A13: {
    what: 'signed power is split on arrival',
    proofs: [
      { file: POWER, test: 'signed power is split on arrival: 0.5 kWh in and 1.5 kWh out, not −1 kWh' },
      { file: POWER, test: 'instruments of makers are read as both directions of power' },
    ],
  },
  A14: {
    what: 'old factors are flagged, and the tables agree on every fuel',
    proofs: [
      { file: CARBON, test: 'a factor of data more than two years old says so in the figure' },
      { file: CARBON, test: 'a tonne of LNG has one heating value in both tables' },
    ],
  },
  A15: {
    what: 'tables of factors',
    proofs: [
      { file: CARBON, test: 'a plant in Liaoning has the factor of its province of 2023' },
      { file: CARBON, test: 'Tibet takes the factor of the country, and says that this is from memory' },
      { file: CARBON, test: 'the factor of the United States counts all greenhouse gases' },
      { file: CARBON, test: 'refrigerants are weighed by name, in the set of the plant' },
      { file: CARBON, test: 'methane of burnt natural gas is fossil in AR6' },
      { file: CARBON, test: 'a plant that has the coal equivalent of its gas gives that' },
      {
        file: 'test/unit/kpi/factors/table.test.ts',
        test: 'no factor of the tables is of a gross heating value: nothing could be computed with it',
      },
    ],
  },
  B1: {
    what: 'stack capture is printed as it is, and a document is checked by itself',
    proofs: [
      { file: EDITIONS, test: 'has a capture of 100 %, and its mass the coverage 1' },
      { file: CHECKS, test: 'every check is proved by a report that it finds wrong' },
      {
        file: CHECKS,
        test: 'a report of edition 1 is told to have the faults of its rules, which are not held against it',
      },
    ],
  },
  B2: {
    what: 'coverage of a report is over its calendar period',
    proofs: [
      { file: EDITIONS, test: 'is as complete in the headline as its streams are' },
      { file: EDITIONS, test: 'covers the part of the calendar month that has data, and says since when' },
      { file: EDITIONS, test: 'says on its first page from when to when there are data' },
      { file: EDITIONS, test: 'a day in which the data begin is no whole day' },
      {
        file: MONTH,
        test: 'a month with data of its last two days covers these of its thirty, and has too little for a value',
      },
      { file: EDITIONS, test: 'has a capture of the calendar month: hours before its first figure are invalid' },
      { file: EDITIONS, test: 'a stack that the configuration names from a day on has no hours before it' },
      { file: MONTH, test: 'its readings were due before the first one came, too' },
    ],
  },
  B3: {
    what: 'no page adds up figures',
    proofs: [
      { file: PAGES, test: 'a load factor is energy over highest demand and hours, not the mean of hours' },
      { file: PAGES, test: 'energy for a good part is that of all hours, not of the worst' },
      { file: PAGES, test: 'figures of a line are those of the API over the range' },
      { file: 'test/tidy.test.ts', test: 'no page adds up figures' },
    ],
  },
  B4: {
    what: 'every card shows the chosen range',
    proofs: [
      { file: PAGES, test: 'the last 24 h are 24 h' },
      { file: PAGES, test: 'the tile of the last 24 h has 24 h in it' },
      { file: PAGES, test: 'demand is the highest of the range, beside the day on which it was' },
      { file: PAGES, test: 'stacks of a past day show its highest hour against the limit, and say which' },
    ],
  },
  B5: {
    what: 'one name has one figure',
    proofs: [
      { file: PAGES, test: 'the tile of a stack with a limit is at reference oxygen, as in its card' },
      { file: PAGES, test: 'a tile in alarm says at what it was raised, and what is final since' },
    ],
  },
  B6: {
    what: 'silent plants are told',
    proofs: [
      { file: PAGES, test: 'three silent days have no completeness of 100 %, and nothing is covered' },
      { file: PAGES, test: 'a plant that has been silent for days has nothing covered' },
    ],
  },
  B7: {
    what: 'units, times and words of figures',
    proofs: [
      { file: PAGES, test: 'costs are in the currency of the plant' },
      { file: 'test/unit/kpi/currency.test.ts', test: 'cost is in the currency of the plant, not in "currency"' },
      {
        file: EDITIONS,
        test: 'below its limit has no multiple of it, and its highest hour by the clocks of the plant',
      },
      {
        file: EDITIONS,
        test: 'a factor of a year gone by is called the newest published, and printed parts of a sum are explained',
      },
      {
        file: 'test/unit/audit/reports/sealed-days.test.ts',
        test: 'four days of Shanghai are four days, though they lie in five of UTC',
      },
    ],
  },
}
