/** Words of the forms that the schema describes. Settings have the name that they have in the file, and the schema's own help. */
export const sections = {
  titles: {
    shifts: 'Shifts',
    calendar: 'Calendar',
    tariffs: 'Tariffs',
    factors: 'Own emission factors',
    contracts: 'Contracts and certificates of electricity',
    enpi: 'Energy baselines',
    channels: 'Notification channels',
    store: 'Stores',
  },
  gateway: 'The gateway',
  add: 'Add',
  addTo: (title: string) => `Add: ${title}`,
  change: 'Change',
  remove: 'Remove',
  row: 'Another one',
  removeRow: (number: string) => `Remove ${number}`,
  unsaid: 'not said',
  standard: (value: string) => `${value}, unless said`,
  yes: 'yes',
  no: 'no',
  listHint: 'several with commas between them',
  ics: 'Holidays from a file (ICS)',
  icsNone: 'The file has no whole days that are not in the calendar already.',
  labels: {} as Readonly<Record<string, string>>,
  help: {} as Readonly<Record<string, string>>,
}

export type SectionWords = typeof sections
