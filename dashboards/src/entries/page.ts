import { chosenPlant, idIn } from '../address.js'
import { definePage } from '../page.js'

/** Entries: what people say and meters do not send; of the first plant where none is chosen. */
export interface EntriesPlace {
  readonly view: 'entries'
  readonly plant: string | null
}

export const entriesPage = definePage<EntriesPlace>({
  view: 'entries',
  title: { en: 'Entries and corrections', zh: '录入与更正' },
  code: 'audit',
  foundOn: 'reports',
  parse: (path, asked) => (path === '/entries' ? { view: 'entries', plant: idIn(asked, 'plant') } : null),
  pathOf: () => '/entries',
  choicesOf: chosenPlant,
})
